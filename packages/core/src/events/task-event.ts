import type { TaskStatus } from "../task/task-status.ts";
import type { Task } from "../task/task.ts";

/** What can happen to a task. */
export const TaskEventType = Object.freeze({
  STARTED: "started",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  CANCELLED: "cancelled",
  RETRYING: "retrying",
  PERSISTENCE_FAILED: "persistence_failed",
} as const);

/** One of the things that can happen to a task. */
export type TaskEventType = (typeof TaskEventType)[keyof typeof TaskEventType];

/** Something that happened to a task; where there is a store, the store has it already. */
export interface TaskEvent {
  readonly type: TaskEventType;
  readonly taskId: string;
  /** The live task. */
  readonly task: Task;
  /** The state that the task came from; for `persistence_failed`, the one that it is in. */
  readonly previousStatus: TaskStatus;
  /** The task's state at the event. */
  readonly status: TaskStatus;
  /** When it happened: the start and the end as the task's result has them. Events of one millisecond share the object. */
  readonly timestamp: Date;
  /** Why the task, or its attempt, did not succeed, or what the store threw. */
  readonly error: Error | undefined;
  /** Of `retrying`: milliseconds until the next attempt starts. */
  readonly delayMs?: number | undefined;
}
