import type { TtasksError } from "../errors/ttasks-error.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { OutputChunk } from "../events/output-chunk.ts";
import type { Clock } from "../internal/clock.ts";
import type { LogWriter } from "../store/log.ts";
import type { RetryPolicy } from "../task/retry-policy.ts";
import type { AttemptReason, LatestAttempt } from "../task/task-attempt.ts";
import type { TaskStatus } from "../task/task-status.ts";
import type { Task } from "../task/task.ts";

/** An execution as its executor sees it. */
export interface HostedExecution {
  readonly task: Task;
  /** What the caller stops the run with. */
  readonly callerSignal: AbortSignal | undefined;
  cancel(cause?: unknown): boolean;
}

/** Waits until a state of a task is saved and told. */
export interface Waiting {
  announced(): void;
  /** It is not stored, and nobody was told: somebody else has the task, or what is not stored is not to be. */
  refused(error: TtasksError): void;
}

/** Waits until the store knows of the executor. */
export interface Leasing extends Pick<Waiting, "refused"> {
  leased(): void;
}

/** What an execution needs of its executor. */
export interface ExecutionHost {
  readonly clock: Clock;
  readonly output: EventBus<OutputChunk>;
  /** Who keeps what tasks print; absent where nobody does. */
  readonly logs: LogWriter | undefined;
  /** How long a handler that was told to stop may go on, whatever it says itself. */
  readonly abandonAfterMs: number | undefined;
  /** What is tried again where a task does not say. */
  readonly retry: RetryPolicy | undefined;
  /** What tasks note of an attempt by this executor. */
  attempt(reason?: AttemptReason): LatestAttempt;
  /**
   * Tells of the state that the task has come to; at once where the store has nothing to wait for.
   *
   * @param delayMs - the task has not come to another state: its attempt failed, and the next one starts after this time
   */
  announce(
    task: Task,
    previous: TaskStatus,
    at: number,
    error: Error | undefined,
    waiting: Waiting,
    delayMs?: number,
  ): void;
  /** Has the store know of the executor. */
  lease(task: Task, waiting: Leasing): void;
  /** Saves the task, and tells nobody else. */
  save(task: Task, waiting: Waiting): void;
  /** Takes note of what a function threw that was to say whether a task is tried again. */
  retryFailed(thrown: unknown): void;
  /** Called once, when the task is settled: saved, and its events sent. */
  release(execution: HostedExecution): void;
}
