import { setTimeout as sleep } from "node:timers/promises";

/** Processes that must not outlive this one. */
export interface Dependants {
  /** Asks them to end, kills them after their grace time, and resolves when they are gone. Never rejects. */
  end(): Promise<void>;
  /** Kills them before it returns. */
  killNow(): void;
}

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** How long output may take to arrive after the last process has ended. */
const OUTPUT_WAIT_MS = 600;
/** How long those who wait for a task may take to note how it ended. */
const SETTLE_MS = 20;
/** How long a signal may take to reach a listener. */
const DELIVERY_MS = 100;

/** What guards the processes of this program, whichever copy of this module has started them. */
interface Guard {
  readonly live: Set<Dependants>;
  isListening: boolean;
  /** The signal that is being answered; `last` when this process ends with it. */
  ending: { readonly signal: NodeJS.Signals; readonly last: boolean } | undefined;
  onSignal(this: void, signal: NodeJS.Signals): void;
  killAll(this: void): void;
}

/**
 * Packages carry copies of this module. They must not answer a signal twice: the copy that is through first would end the process while
 * the other one still gives its processes time.
 */
const GUARD = Symbol.for("ttasks.parentExit");
const shared = globalThis as { [GUARD]?: Guard };
const guard: Guard = (shared[GUARD] ??= {
  live: new Set(),
  isListening: false,
  ending: undefined,
  onSignal: answer,
  killAll,
});

/**
 * Starts processes and sees to it that they do not outlive this one, until the returned `release` is called. A process
 * in a group of its own does not get the signals of the terminal: the first SIGINT, SIGTERM or SIGHUP ends it here, with
 * its grace time, and then goes on to do what it would have done. A second one, and the exit of this process, kill it at
 * once.
 */
export function startGuarded<T extends Dependants>(
  start: () => T,
): { readonly started: T; readonly release: () => void } {
  // Ahead of the start: a signal that arrives while a process is being made then waits for its listener.
  listen();
  try {
    const started = start();
    guard.live.add(started);
    return { started, release: () => release(started) };
  } catch (error) {
    unlistenIfIdle();
    throw error;
  }
}

function release(dependants: Dependants): void {
  guard.live.delete(dependants);
  // Who starts one after the other does it before: to listen anew for each costs a tenth of a millisecond.
  setImmediate(unlistenIfIdle);
}

/** The signal that this process is about to end with, if any: nothing new is to be started then. */
export function endingSignal(): string | undefined {
  return guard.ending?.last ? guard.ending.signal : undefined;
}

function answer(signal: NodeJS.Signals): void {
  const last = !isHandledElsewhere(signal);
  if (guard.ending === undefined) {
    guard.ending = { signal, last };
    void endAll();
    return;
  }
  killAll();
  if (last) raise(signal);
}

function listen(): void {
  if (guard.isListening) return;
  guard.isListening = true;
  // Ahead of the others: a listener that was added by `once` is no longer counted after it was called.
  for (const signal of SIGNALS) process.prependListener(signal, guard.onSignal);
  process.on("exit", guard.killAll);
}

function unlistenIfIdle(): void {
  if (guard.live.size > 0 || !guard.isListening) return;
  guard.isListening = false;
  for (const signal of SIGNALS) process.off(signal, guard.onSignal);
  process.off("exit", guard.killAll);
}

function killAll(): void {
  for (const dependants of guard.live) dependants.killNow();
}

async function endAll(): Promise<void> {
  await Promise.all(Array.from(guard.live, (dependants) => dependants.end()));
  if (guard.ending?.last) {
    const deadline = performance.now() + OUTPUT_WAIT_MS;
    while (guard.live.size > 0 && performance.now() < deadline) await sleep(10);
    await sleep(SETTLE_MS);
    raise(guard.ending.signal);
  }
  guard.ending = undefined;
}

/** Does what the signal would have done without us. */
function raise(signal: NodeJS.Signals): void {
  killAll();
  process.off(signal, guard.onSignal);
  process.kill(process.pid, signal);
  // Where a listener is left, it is called later; the signal alone does not keep this process running until then.
  setTimeout(() => undefined, DELIVERY_MS);
}

/** Whether the program listens for the signal itself, and so decides whether to go on. */
function isHandledElsewhere(signal: NodeJS.Signals): boolean {
  const others = process.listeners(signal).filter((listener) => listener !== guard.onSignal);
  return others.length > exitHookCount();
}

/**
 * How many listeners there are of the package signal-exit. It leaves a signal to others where there are any, as we do,
 * and tells its own by these counters.
 */
function exitHookCount(): number {
  const emitters = [
    Reflect.get(globalThis, Symbol.for("signal-exit emitter")),
    Reflect.get(process, "__signal_exit_emitter__"),
  ] as ({ readonly count?: unknown } | undefined)[];
  return emitters.reduce((sum, emitter) => sum + (typeof emitter?.count === "number" ? emitter.count : 0), 0);
}
