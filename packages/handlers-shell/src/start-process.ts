import type { ChildProcess } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import type { Readable } from "node:stream";
import type { execa as Execa, Options, Result, ResultPromise } from "execa";
import type { Surroundings } from "./shell-metadata.ts";

/** How a process ended, or why there was none. */
export interface ProcessEnding {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Why it could not be started. */
  readonly cause: unknown;
  /** What execa tells; it holds no output, which is collected apart. */
  readonly raw: Result | undefined;
}

/** A process that was started, or was to be. */
export interface StartedProcess {
  /** There is none if it could not be started. */
  readonly pid: number | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Resolves once the process has exited and nobody holds its output any more. Never rejects. */
  readonly ended: Promise<ProcessEnding>;
  readonly hasExited: () => boolean;
  /** Gives up the output, whoever holds it. */
  readonly closePipes: () => void;
}

/** Starts a program in a process group of its own. Its standard input is closed unless there is text for it. */
export function startProcess(
  execa: typeof Execa,
  program: string,
  args: readonly string[],
  { cwd, env, stdin }: Surroundings,
): StartedProcess {
  // execa must not collect output: on a failure it would escape all of it into a message. Its own ways to end processes
  // are left out, as they end only the first one.
  const options: Options = {
    ...{ buffer: false, reject: false, cleanup: false, extendEnv: false, detached: process.platform !== "win32" },
    ...(stdin === undefined ? { stdin: "ignore" } : { input: stdin }),
    env,
    cwd,
  };
  const watch = watchForErrors();
  try {
    return started(execa(program, args, options));
  } catch (error) {
    return notStarted(watch.firstError, error);
  } finally {
    watch.stop();
  }
}

function started(child: ResultPromise): StartedProcess {
  const nodeProcess = nodeProcessOf(child);
  return {
    pid: child.pid,
    stdout: child.stdout ?? undefined,
    stderr: child.stderr ?? undefined,
    ended: child.then(
      (raw) => ({ ...exitOf(nodeProcess), cause: raw.cause ?? raw, raw }),
      (cause: unknown) => ({ ...exitOf(nodeProcess), cause, raw: undefined }),
    ),
    hasExited: () => nodeProcess.exitCode !== null || nodeProcess.signalCode !== null,
    closePipes: () => {
      for (const stream of child.stdio) stream?.destroy();
    },
  };
}

/** In execa 9 the child is Node's own object, from execa 10 on it has it. */
function nodeProcessOf(child: ResultPromise): ChildProcess {
  return (child as { readonly nodeChildProcess?: ChildProcess }).nodeChildProcess ?? child;
}

function exitOf({ exitCode, signalCode }: ChildProcess): Pick<ProcessEnding, "exitCode" | "signal"> {
  return { exitCode: exitCode ?? undefined, signal: signalCode ?? undefined };
}

/** The error that tells more comes after the one that was thrown. */
function notStarted(firstError: () => unknown, thrown: unknown): StartedProcess {
  const ended = new Promise<ProcessEnding>((resolve) => {
    setImmediate(() => {
      resolve({ exitCode: undefined, signal: undefined, cause: firstError() ?? thrown, raw: undefined });
    });
  });
  const nothing = (): void => undefined;
  return { pid: undefined, stdout: undefined, stderr: undefined, ended, hasExited: () => true, closePipes: nothing };
}

/**
 * Listens for the errors of processes made from here on. With too many open files execa stumbles over a process without
 * streams, before it listens; the error that nobody hears would end this process.
 */
function watchForErrors(): { stop(): void; firstError: () => unknown } {
  const errors: unknown[] = [];
  const onProcess = (message: unknown): void => {
    (message as { process: ChildProcess }).process.on("error", (error) => errors.push(error));
  };
  diagnostics.subscribe("child_process", onProcess);
  return {
    stop: () => void diagnostics.unsubscribe("child_process", onProcess),
    firstError: () => errors[0],
  };
}
