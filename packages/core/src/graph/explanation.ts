import type { TaskStatus } from "../task/task-status.ts";
import type { EdgeCondition } from "./edge-condition.ts";

/**
 * Why a task is as it is. Beside the states of its own:
 *
 * - `retrying`: it is running, and waits for its next try
 * - `waiting`: something that it comes after has not ended
 * - `queued`: it may start, but as many others run as may
 * - `blocked`: something that it comes after did not succeed
 * - `skipped`: the condition under which it comes after something cannot come true
 * - `aborted`: the run was aborted before it could start
 * - `failed_fast`: the run failed fast before it could start
 * - `refused`: it could not be executed at all, as without a handler
 * - `held`: it was interrupted, and is not executed before it is released
 * - `interrupted`: it was interrupted, and may start again, or the run was interrupted before it could start
 * - `not_started`: nothing keeps it from starting in the next run
 */
export type ExplanationKind =
  | Exclude<TaskStatus, "pending">
  | "retrying"
  | "waiting"
  | "queued"
  | "blocked"
  | "skipped"
  | "aborted"
  | "failed_fast"
  | "refused"
  | "held"
  | "interrupted"
  | "not_started";

/** A task in the chain of causes of another, and why it is as it is. */
export interface Cause {
  readonly taskId: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly kind: ExplanationKind;
  /**
   * What the one before has to do with it: it comes after it on this ending, as a finally task, or is in a run that failed fast because of
   * it. The first one has none.
   */
  readonly link?: EdgeCondition | "finally" | "fail_fast" | undefined;
  /** Why it failed, was cancelled, could not start or is held. */
  readonly error?: string | undefined;
  /** When it started, while it runs; since when it is held, or was interrupted. */
  readonly since?: Date | undefined;
  /** When its next try is due, while it waits for that. */
  readonly retryAt?: Date | undefined;
  /** The pool that has no room for it, where that is what it waits for. */
  readonly pool?: string | undefined;
}

/** Why a task is as it is, as data and as a sentence. */
export interface Explanation extends Cause {
  /** From the task itself down to what it began with; of more than 100, the first 99 and the last. */
  readonly causes: readonly Cause[];
  /** All of it for people, in one sentence. */
  readonly sentence: string;
  /** The graph and the run that it is told from, where there is a run. */
  readonly graphId?: string | undefined;
  readonly runId?: string | undefined;
  /** The ids of the tasks that a waiting task waits for: the first 100. */
  readonly waitsFor?: readonly string[] | undefined;
}
