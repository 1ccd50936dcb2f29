import { expected } from "../internal/check-option.ts";
import { isTask, type Task } from "./task.ts";

/** Throws a `TypeError` for anything but a task. */
export function checkTask(name: string, value: unknown): Task {
  if (isTask(value)) return value;
  throw expected(name, "a Task", value);
}

/** The tasks in an array of their own; throws a `TypeError` for anything else among them. */
export function checkTasks(name: string, tasks: Iterable<Task>): readonly Task[] {
  const checked = [...tasks];
  for (const task of checked) checkTask(name, task);
  return checked;
}

/** The tasks by their ids; throws a `TypeError` for anything else among them. */
export function tasksById(name: string, tasks: Iterable<Task> = []): Map<string, Task> {
  const byId = new Map<string, Task>();
  for (const task of tasks) byId.set(checkTask(name, task).id, task);
  return byId;
}
