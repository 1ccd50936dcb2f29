import { oneOf, type Check } from "../internal/check-option.ts";
import type { Task } from "../task/task.ts";

/**
 * Which ending of a dependency lets a task start: `success`, that it is done; `failure`, that it failed (not: was cancelled); `done`, that
 * it came to any end: done, failed, cancelled, blocked or skipped.
 */
export type EdgeCondition = "success" | "failure" | "done";

/** What a task of a graph comes after, and on which ending. */
export interface GraphDependency {
  readonly task: Task;
  readonly on: EdgeCondition;
}

/** Throws a `TypeError` for anything but a condition. */
export const checkCondition: Check<EdgeCondition> = oneOf<EdgeCondition>(["success", "failure", "done"]);
