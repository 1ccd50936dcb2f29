import { TaskCancelledError, TaskExecutionError } from "../errors/execution-errors.ts";
import { isTtasksError, type TtasksError } from "../errors/ttasks-error.ts";
import { toError } from "../internal/to-error.ts";
import { HandlerOutput, type HandlerOutputFields } from "../handler/handler-output.ts";
import { TaskResult } from "../task/task-result.ts";
import type { AttemptReason } from "../task/task-attempt.ts";
import type { TerminalStatus } from "../task/task-status.ts";
import type { Task } from "../task/task.ts";

/** What came of calling a handler; one that was given up has returned nothing. */
export type Outcome = { readonly returned: unknown } | { readonly threw: unknown };

/** What came of a handler that was not called, or was given up. */
export const NOTHING: Outcome = { returned: undefined };

/** Somebody ended the task before its handler did: a cancel, the timeout, or a move from outside. */
export interface Stop {
  readonly status: TerminalStatus;
  readonly reason: AttemptReason;
  /** What `execute` rejects with; nothing where the task was moved to done. */
  readonly error?: TtasksError;
}

/** How a run of a task ended. */
export interface Ending extends Stop {
  readonly output: HandlerOutputFields;
  /** The error as the task's result tells it. */
  readonly message?: string | undefined;
}

/** The ending of a task: a stop goes before whatever the handler did afterwards, but what it has to show is kept. */
export function conclude(task: Task, outcome: Outcome, stop: Stop | undefined): Ending {
  const output = outputOf(outcome);
  if (stop) return { ...stop, output, message: stop.error?.message };
  if ("returned" in outcome) return { status: "done", reason: "returned", output };
  const failed = failure(task, outcome.threw);
  return { status: failed.error.code === "cancelled" ? "cancelled" : "failed", reason: "threw", output, ...failed };
}

/** A task that was cancelled or moved is not tried again, and there is no time left after the deadline. */
export function isWorthRetry(ending: Ending): ending is Ending & { readonly error: TtasksError } {
  return ending.status === "failed" && (ending.reason === "threw" || ending.reason === "timeout");
}

/** The result of a task that ended so. */
export function resultOf(
  { status, message, output }: Ending,
  startedAt: number,
  finishedAt: number,
  durationMs: number,
): TaskResult {
  return new TaskResult({ status, startedAt, finishedAt, durationMs, error: message }, output);
}

/** What a cancelled task's `execute` rejects with. */
export function cancelledError(task: Task, cause?: unknown): TaskCancelledError {
  return new TaskCancelledError(`Task "${task.title}" was cancelled`, { cause });
}

/** The stop that a move from outside amounts to. */
export function stopByMove(task: Task): Stop {
  const status = task.status as TerminalStatus;
  const reason = "moved";
  if (status === "done") return { status, reason };
  const message = `Task "${task.title}" was moved to ${status} while it ran`;
  const error =
    status === "cancelled"
      ? new TaskCancelledError(message)
      : new TaskExecutionError(message, { taskId: task.id, title: task.title });
  return { status, reason, error };
}

function outputOf(outcome: Outcome): HandlerOutputFields {
  if ("returned" in outcome)
    return outcome.returned instanceof HandlerOutput ? outcome.returned : { output: outcome.returned };
  const { threw } = outcome;
  // By its brand: it may come from another copy of this library.
  return isTtasksError(threw) ? (threw as HandlerOutputFields) : {};
}

function failure(task: Task, threw: unknown): { readonly error: TtasksError; readonly message: string } {
  if (isTtasksError(threw)) {
    if (threw instanceof TaskExecutionError && threw.taskId === undefined)
      Object.assign(threw, { taskId: task.id, title: task.title });
    // The standard error of a failed process says most.
    const { stderr } = threw as { readonly stderr?: unknown };
    return { error: threw, message: typeof stderr === "string" && stderr.trim() !== "" ? stderr : threw.message };
  }
  const message = toError(threw).message || "the handler threw an error without a message";
  const error = new TaskExecutionError(`Task "${task.title}" failed: ${message}`, {
    taskId: task.id,
    title: task.title,
    cause: threw,
  });
  return { error, message };
}
