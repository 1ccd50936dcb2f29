import type { Task } from "../task/task.ts";
import { TASKS_PER_STEP } from "./topology.ts";
import type { RunCounts } from "./run.ts";

/** What a run has found out of tasks that did not start. */
interface Held {
  readonly blocked: { has(task: Task): boolean };
  readonly skipped: { has(task: Task): boolean };
}

/** Counts the tasks by what has become of them; a generator, so that very many can be counted between other work. */
export function* countTasks(tasks: readonly Task[], held?: Held): Generator<void, RunCounts, void> {
  const counts = { total: 0, done: 0, failed: 0, cancelled: 0, blocked: 0, skipped: 0, notStarted: 0 };
  for (const task of tasks) {
    if (counts.total++ % TASKS_PER_STEP === 0) yield;
    counts[kindOf(task, held)]++;
  }
  return counts;
}

function kindOf(task: Task, held: Held | undefined): keyof RunCounts {
  const { status } = task;
  if (status !== "pending") return status === "running" ? "notStarted" : status;
  return held?.blocked.has(task) ? "blocked" : held?.skipped.has(task) ? "skipped" : "notStarted";
}
