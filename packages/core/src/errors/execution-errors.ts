import type { TaskUsage } from "../internal/task-usage.ts";
import { TtasksError } from "./ttasks-error.ts";

/** The fields of a {@link TaskExecutionError}: the task's, and those of the output that the handler had by then. */
export interface TaskExecutionErrorFields {
  readonly taskId?: string | undefined;
  readonly title?: string | undefined;
  readonly output?: unknown;
  readonly stderr?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly truncated?: boolean | undefined;
  readonly usage?: TaskUsage | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly raw?: unknown;
  readonly cause?: unknown;
}

/**
 * A handler failed. It carries what the handler had by then, so that a failure tells as much as a success.
 *
 * @example
 * ```ts
 * import { TaskExecutionError, TaskExecutor } from "@ttasks/core";
 *
 * const executor = TaskExecutor.empty();
 * executor.register("http", async ({ task }) => {
 *   throw new TaskExecutionError(`GET ${task.title} answered 503`, { stderr: "Service Unavailable" });
 * });
 * ```
 */
export class TaskExecutionError extends TtasksError {
  /** The task that failed. */
  declare readonly taskId: string | undefined;
  declare readonly title: string | undefined;
  declare readonly output: unknown;
  declare readonly stderr: string | undefined;
  declare readonly exitCode: number | undefined;
  /** The signal that ended the process, as `"SIGKILL"`. */
  declare readonly signal: string | undefined;
  /** Whether part of the output was left out. */
  declare readonly truncated: boolean | undefined;
  /** What the task used of language models. */
  declare readonly usage: TaskUsage | undefined;
  /** In how many milliseconds trying again may help, as a rate limit tells. */
  declare readonly retryAfterMs: number | undefined;
  declare readonly raw: unknown;

  constructor(message: string, { cause, ...fields }: TaskExecutionErrorFields = {}) {
    super("execution_failed", message, { cause });
    Object.assign(this, fields);
  }

  static {
    this.prototype.name = "TaskExecutionError";
  }
}

/** A task ran longer than its `timeoutMs`, or all its attempts longer than its `deadlineMs`. Its `name` is `"TimeoutError"`, as the platform's own timeouts have. */
export class TaskTimeoutError extends TtasksError {
  declare readonly taskId: string;
  declare readonly title: string;
  declare readonly timeoutMs: number;

  constructor(
    task: { readonly id: string; readonly title: string },
    timeoutMs: number,
    options?: { readonly cause?: unknown; readonly isDeadline?: boolean | undefined },
  ) {
    const what = options?.isDeadline ? "did not end by its deadline of" : "timed out after";
    super("timeout", `Task "${task.title}" ${what} ${timeoutMs} ms`, options);
    this.taskId = task.id;
    this.title = task.title;
    this.timeoutMs = timeoutMs;
  }

  static {
    this.prototype.name = "TimeoutError";
  }
}

/**
 * A task was cancelled; a handler throws it to cancel its own task. Its `name` is `"AbortError"`, as users of `AbortSignal` expect.
 */
export class TaskCancelledError extends TtasksError {
  constructor(message = "The task was cancelled", options?: { readonly cause?: unknown }) {
    super("cancelled", message, options);
  }

  static {
    this.prototype.name = "AbortError";
  }
}

/** No handler is registered for a task's type; the task stays as it was. */
export class NoHandlerError extends TtasksError {
  declare readonly taskId: string;
  declare readonly title: string;
  declare readonly type: string;

  constructor(task: { readonly id: string; readonly title: string; readonly type: string }) {
    super(
      "no_handler",
      `No handler for task "${task.title}": register one with executor.register("${task.type}", handler)`,
    );
    this.taskId = task.id;
    this.title = task.title;
    this.type = task.type;
  }

  static {
    this.prototype.name = "NoHandlerError";
  }
}
