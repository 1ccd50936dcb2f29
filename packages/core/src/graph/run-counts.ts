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
  let [seen, done, failed, cancelled, blocked, skipped] = [0, 0, 0, 0, 0, 0];
  for (const task of tasks) {
    if (seen++ % TASKS_PER_STEP === 0) yield;
    if (task.isDone) done++;
    else if (task.isFailed) failed++;
    else if (task.isCancelled) cancelled++;
    else if (!task.isPending) continue;
    else if (held?.blocked.has(task)) blocked++;
    else if (held?.skipped.has(task)) skipped++;
  }
  const notStarted = seen - done - failed - cancelled - blocked - skipped;
  return { total: seen, done, failed, cancelled, blocked, skipped, notStarted };
}
