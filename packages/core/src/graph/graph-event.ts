import type { Task } from "../task/task.ts";
import type { EdgeCondition } from "./edge-condition.ts";
import type { Run } from "./run.ts";

/** What can happen to a graph. */
export const GraphEventType = Object.freeze({
  RUN_STARTED: "run_started",
  TASK_BLOCKED: "task_blocked",
  TASK_SKIPPED: "task_skipped",
  RUN_FINISHED: "run_finished",
} as const);

/** One of the things that can happen to a graph. */
export type GraphEventType = (typeof GraphEventType)[keyof typeof GraphEventType];

/** A run started, or ended; where there is a store, the store has it already. */
interface RunEventParts {
  readonly type: "run_started" | "run_finished";
}

/** A task cannot start in this run. */
interface TaskBlockedParts {
  readonly type: "task_blocked";
  readonly task: Task;
  /** The task that it comes after, and that did not succeed. */
  readonly dependency: Task;
  /** The task that it began with: one that failed, was cancelled or could not start; often the dependency itself. */
  readonly cause: Task;
  /** What `execute` threw for the cause in this run. */
  readonly error: Error | undefined;
}

/** A task does not start in this run, as its condition cannot come true. */
interface TaskSkippedParts {
  readonly type: "task_skipped";
  readonly task: Task;
  /** The task that it comes after, and that did not end as the condition asks. */
  readonly dependency: Task;
  readonly on: EdgeCondition;
}

/** What is told of an event beside its run and time. */
export type GraphEventParts = RunEventParts | TaskBlockedParts | TaskSkippedParts;

/** Something that happened to a graph. */
export type GraphEvent = GraphEventParts & {
  /** The live run. */
  readonly run: Run;
  readonly timestamp: Date;
};
