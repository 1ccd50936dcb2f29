import { HandlerOutput, TaskExecutionError, type HandlerContext, type HandlerOutputFields } from "@ttasks/core";
import type { execa as Execa } from "execa";
import { endingSignal, expected, notedStart, startGuarded } from "@ttasks/node-support";
import { OutputCollector } from "./output-collector.ts";
import { exitError, startError, type Attempted } from "./process-error.ts";
import { RunningProcess } from "./running-process.ts";
import type { ShellDialect } from "./shell-dialect.ts";
import { surroundingsOf } from "./shell-metadata.ts";
import type { ShellSettings } from "./shell-options.ts";
import { startProcess, type ProcessEnding } from "./start-process.ts";

/** Asking for the module again would cost every task a look into the table of modules. */
let execa: typeof Execa | undefined;

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
  execa ??= (await import("execa")).execa;
  signal.throwIfAborted();
  assertMayStart(task.title, task.id);
  const run = execa;
  const { started: running, release } = startGuarded(
    () => new RunningProcess(startProcess(run, settings.shell, dialect.argumentsFor(payload), surroundings), settings),
  );
  noteProcess(context, running.started.pid);
  const { ending, output } = await finish(running, context, settings.maxOutputBytes).finally(release);
  const attempted: Attempted = { task, dialect, program: settings.shell, cwd: surroundings.cwd };
  if (running.started.pid === undefined) throw await startError(attempted, ending.cause, ending.raw);
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

/** So that recovery can end the process, should this program be killed. A context that somebody has put together may not take it. */
function noteProcess(context: Partial<HandlerContext>, pid: number | undefined): void {
  if (pid !== undefined) context.noteProcess?.({ pid, start: notedStart(pid) });
}

interface Streams<T> {
  readonly stdout: T;
  readonly stderr: T;
}

/** Collects the output, passes it on, and waits for the end of everything. */
async function finish(
  running: RunningProcess,
  { signal, output }: HandlerContext,
  maxOutputBytes: number,
): Promise<{ ending: ProcessEnding; output: Streams<OutputCollector> }> {
  const collected = { stdout: new OutputCollector(maxOutputBytes), stderr: new OutputCollector(maxOutputBytes) };
  for (const stream of ["stdout", "stderr"] as const) {
    running.started[stream]?.on("data", (chunk: Uint8Array) => {
      collected[stream].add(chunk);
      output(chunk, stream);
    });
  }
  const onAbort = (): void => void running.end();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const ending = await running.started.ended;
    await running.end();
    return { ending, output: collected };
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function fieldsOf(
  { exitCode, signal, raw }: ProcessEnding,
  { stdout, stderr }: Streams<OutputCollector>,
): Promise<HandlerOutputFields<string>> {
  const truncated = stdout.truncated || stderr.truncated;
  return { output: await stdout.text(), stderr: await stderr.text(), exitCode, signal, truncated, raw };
}
