import type { Task } from "../task/task.ts";
import { TASKS_PER_STEP } from "./topology.ts";
import { BLOCKED, SKIPPED } from "./outcomes.ts";
import type { RunCounts } from "./run.ts";

/**
 * Counts the tasks by what has become of them; a generator, so that very many can be counted between other work.
 *
 * @param outcomes - what a run has found out of each task
 */
export function* countTasks(tasks: readonly Task[], outcomes?: Uint8Array): Generator<void, RunCounts, void> {
  const counts = { total: 0, done: 0, failed: 0, cancelled: 0, blocked: 0, skipped: 0, notStarted: 0 };
  for (const task of tasks) {
    if (counts.total % TASKS_PER_STEP === 0) yield;
    counts[kindOf(task, outcomes?.[counts.total])]++;
    counts.total++;
  }
  return counts;
}

function kindOf({ status }: Task, outcome: number | undefined): keyof RunCounts {
  if (status !== "pending") return status === "running" ? "notStarted" : status;
  return outcome === BLOCKED ? "blocked" : outcome === SKIPPED ? "skipped" : "notStarted";
}
