import type { ExecutorOwner } from "../store/executor-owner.ts";
import type { InterruptedOutcome } from "../task/interruption.ts";
import type { AttemptProcess } from "../task/task-attempt.ts";

/** An attempt whose executor is gone. */
export interface InterruptedAttempt {
  readonly taskId: string;
  readonly title: string;
  /** The number of the attempt. */
  readonly number: number;
  readonly executorId: string;
  /** The process of that executor; `undefined` where it was not told, or its lease is gone. */
  readonly owner?: ExecutorOwner | undefined;
  /** The process group that the attempt ran. */
  readonly process?: AttemptProcess | undefined;
}

/**
 * What became of the process group of an interrupted attempt:
 *
 * - `none`: there was none, or nobody can tell
 * - `ended`: it was alive, and was ended
 * - `gone`: it was not alive any more
 * - `unknown`: something is alive under its number, but it may be something else, or on another machine: it was left alone
 */
export type ProcessFate = "none" | "ended" | "gone" | "unknown";

/** What was done with a task whose executor was gone. */
export interface RecoveredTask {
  readonly taskId: string;
  readonly title: string;
  /** The number of its latest attempt. */
  readonly attempt: number;
  /** It is pending again, pending and held, or has failed, as its `onInterrupted` says; or was cancelled, as somebody had asked for. */
  readonly outcome: InterruptedOutcome;
  readonly process: ProcessFate;
}

/** What `recover` has done. */
export interface Recovery {
  readonly tasks: readonly RecoveredTask[];
  /** The ids of the runs that were interrupted. */
  readonly runs: readonly string[];
  /** The ids of the executors that are gone. */
  readonly executors: readonly string[];
}
