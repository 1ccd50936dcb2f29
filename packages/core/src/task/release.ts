import { checkTask } from "./check-task.ts";
import { taskInternals, type Task } from "./task.ts";

/**
 * Lets a held task go, so that it can be executed again. Where others are to know, `store.record(task)` stores that, unless somebody else has
 * released and run it meanwhile; `store.tasks.save(task)` would write over that.
 *
 * @returns `false` when it was not held
 * @throws {TypeError} when it is not a task
 * @example
 * ```ts
 * import { InMemoryStore, release } from "@ttasks/core";
 *
 * const store = new InMemoryStore();
 * for (const task of store.tasks.find({ status: "pending" })) if (release(task)) store.record(task);
 * ```
 */
export function release(task: Task): boolean {
  return taskInternals.unhold(checkTask("task", task));
}
