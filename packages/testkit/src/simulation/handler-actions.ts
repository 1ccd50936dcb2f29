import type { Action } from "./action.ts";
import { isInCharge, isStopped, type HandlerCall } from "./handler-calls.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

/** What may happen to handlers that run. */
export function handlerActions(world: World): Action[] {
  const calls = world.active.flatMap((process) =>
    Array.from(process.calls, (call): [SimulatedProcess, HandlerCall] => [process, call]),
  );
  const going = calls.filter(([, call]) => !call.isHanging || isStopped(call));
  if (going.length === 0) return [];
  return [
    [12, () => end(world, ...world.random.pick(going))],
    [4, () => print(world, ...world.random.pick(going))],
    [2, () => noteProcess(world, ...world.random.pick(going))],
  ];
}

/** Ends a handler in the way in which most end. */
export function endWell(world: World, process: SimulatedProcess, call: HandlerCall): void {
  const wasStopped = isStopped(call);
  settle(world, process, call, wasStopped ? "obeys" : "returns", () =>
    wasStopped ? call.reject(call.context.signal.reason) : call.resolve("ok"),
  );
}

/** Ends a handler by a failure, as its work may fail whenever it is done. */
export function fail(world: World, process: SimulatedProcess, call: HandlerCall): void {
  world.count("a handler throws");
  settle(world, process, call, "throws", () => call.reject(new Error("it broke")));
}

function end(world: World, process: SimulatedProcess, call: HandlerCall): void {
  const { random } = world;
  const wasStopped = isStopped(call);
  if (wasStopped ? random.chance(0.5) : !random.chance(world.scenario.troubleRate)) {
    endWell(world, process, call);
    return;
  }
  const kind = random.pick(
    wasStopped ? ["ignores", "returns", "throws"] : ["throws", "throws", "later", "hangs", "twice"],
  );
  if (kind === "ignores") return;
  if (kind === "hangs") {
    world.count("a handler hangs");
    world.trace.add(`${process.name} handler of ${call.task.id} hangs`);
    call.isHanging = true;
    return;
  }
  if (kind === "later") world.count("a handler asks to be tried later");
  if (kind === "twice") world.count("a handler ends twice");
  if (kind === "throws") world.count("a handler throws");
  settle(world, process, call, kind, () => {
    if (kind === "returns" || kind === "twice") call.resolve("ok");
    const retryAfterMs = kind === "later" ? random.between(0, 3_000) : undefined;
    if (kind !== "returns") call.reject(Object.assign(new Error("it broke"), { retryAfterMs }));
  });
}

function settle(world: World, process: SimulatedProcess, call: HandlerCall, kind: string, how: () => void): void {
  world.trace.add(`${process.name} handler of ${call.task.id} (attempt ${call.attempt}) ${kind}`);
  if (!isInCharge(call)) world.count("a handler ends after it was given up");
  process.calls.delete(call);
  how();
}

function print(world: World, process: SimulatedProcess, { task, context, attempt }: HandlerCall): void {
  world.trace.add(`${process.name} handler of ${task.id} (attempt ${attempt}) prints`);
  context.output(`${"line ".repeat(world.random.between(1, 400))}\n`, world.random.pick(["stdout", "stderr"]));
}

function noteProcess(world: World, process: SimulatedProcess, { task, context, attempt }: HandlerCall): void {
  world.trace.add(`${process.name} handler of ${task.id} (attempt ${attempt}) notes its process`);
  context.noteProcess({ pid: world.random.between(2, 999), start: "1" });
}
