import { HandlerOutput, TaskExecutionError, type HandlerContext, type HandlerOutputFields } from "@ttasks/core";
import { expected } from "./check-setting.ts";
import { LinuxSession } from "./linux-session.ts";
import { OutputCollector } from "./output-collector.ts";
import { endingSignal, guardFromParentExit, type Dependants } from "./parent-exit.ts";
import { exitError, startError, type Attempted } from "./process-error.ts";
import { ProcessGroup } from "./process-group.ts";
import { ProcessTree, type TreePlatform } from "./process-tree.ts";
import { canListProcesses } from "./session-members.ts";
import type { ShellDialect } from "./shell-dialect.ts";
import { surroundingsOf } from "./shell-metadata.ts";
import type { ShellSettings } from "./shell-options.ts";
import { startProcess, type ProcessEnding, type StartedProcess } from "./start-process.ts";
import { WindowsTree } from "./windows-tree.ts";

/** How long output may take to arrive after a task was stopped and its processes are gone: others may hold the pipe. */
const PIPE_WAIT_MS = 500;

/**
 * Runs the payload of a task in a shell, until the process has exited, nobody holds its output any more and nothing is
 * left of what it has started.
 *
 * @throws {TypeError} when the payload or `metadata.shell` is not as expected; nothing was started then.
 * @throws {TaskExecutionError} when the process cannot be started, fails, or is stopped.
 */
export async function runProcess(
  context: HandlerContext,
  dialect: ShellDialect,
  settings: ShellSettings,
): Promise<HandlerOutput<string>> {
  const { task, signal } = context;
  const payload = checkedPayload(task.payload);
  const surroundings = surroundingsOf(task, settings);
  signal.throwIfAborted();
  // Loading it takes a tenth of a second, which only those pay who run a shell task.
  const { execa } = await import("execa");
  signal.throwIfAborted();
  assertMayStart(task.title, task.id);
  const started = startProcess(execa, settings.shell, dialect.argumentsFor(payload), surroundings);
  const attempted: Attempted = { task, dialect, program: settings.shell, cwd: surroundings.cwd };
  const { ending, output } = await finish(started, context, settings);
  if (started.pid === undefined) throw await startError(attempted, ending.cause, ending.raw);
  const fields = await fieldsOf(ending, output);
  if (ending.exitCode !== 0 || signal.aborted) throw exitError(attempted, fields);
  return new HandlerOutput(fields);
}

/** What a shell cannot be given is refused here, as the system's own words for it say little. */
function checkedPayload(payload: unknown): string {
  if (typeof payload !== "string" || payload.trim() === "" || payload.includes("\0"))
    throw expected("payload", "a non-empty string without NUL characters", payload);
  return payload;
}

function assertMayStart(title: string, taskId: string): void {
  const signal = endingSignal();
  if (signal === undefined) return;
  throw new TaskExecutionError(`Task "${title}" was not started: this process is ending after ${signal}`, {
    taskId,
    title,
  });
}

interface Streams<T> {
  readonly stdout: T;
  readonly stderr: T;
}

/** Waits for the end of everything, and hastens it when the task is stopped. */
async function finish(
  started: StartedProcess,
  { signal, output }: HandlerContext,
  { maxOutputBytes, killGraceMs }: ShellSettings,
): Promise<{ ending: ProcessEnding; output: Streams<OutputCollector> }> {
  const collected = { stdout: new OutputCollector(maxOutputBytes), stderr: new OutputCollector(maxOutputBytes) };
  for (const stream of ["stdout", "stderr"] as const) {
    started[stream]?.on("data", (chunk: Uint8Array) => {
      collected[stream].add(chunk);
      output(chunk, stream);
    });
  }
  if (started.pid === undefined) return { ending: await started.ended, output: collected };
  const dependants = dependantsOf(started, started.pid, killGraceMs);
  const release = guardFromParentExit(dependants);
  const onAbort = (): void => void dependants.end();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const ending = await started.ended;
    await dependants.end();
    return { ending, output: collected };
  } finally {
    signal.removeEventListener("abort", onAbort);
    release();
  }
}

/** The processes of a task, ended as one, and its output, which ends with them. */
function dependantsOf(started: StartedProcess, pid: number, killGraceMs: number): Dependants {
  const tree = new ProcessTree(platformOf(started, pid), killGraceMs);
  const end = async (): Promise<void> => {
    await tree.end();
    const timer = setTimeout(() => {
      started.closePipes();
    }, PIPE_WAIT_MS);
    void started.ended.then(() => {
      clearTimeout(timer);
    });
  };
  let ending: Promise<void> | undefined;
  return {
    end: () => (ending ??= end()),
    killNow: () => {
      tree.killNow();
    },
  };
}

function platformOf(started: StartedProcess, pid: number): TreePlatform {
  if (process.platform === "win32") return new WindowsTree(pid, started.hasExited);
  return canListProcesses() ? new LinuxSession(pid) : new ProcessGroup(pid);
}

async function fieldsOf(
  { exitCode, signal, raw }: ProcessEnding,
  { stdout, stderr }: Streams<OutputCollector>,
): Promise<HandlerOutputFields<string>> {
  const truncated = stdout.truncated || stderr.truncated;
  return { output: await stdout.text(), stderr: await stderr.text(), exitCode, signal, truncated, raw };
}
