import type { Task } from "../task/task.ts";
import { TASKS_PER_STEP } from "./topology.ts";
import { BLOCKED, endingOf, SKIPPED } from "./outcomes.ts";
import type { RunCounts } from "./run.ts";

/**
 * Counts the tasks by what has become of them; a generator, so that very many can be counted between other work.
 *
 * @param outcomes - what a run has found out of each task
 */
export function* countTasks(tasks: readonly Task[], outcomes?: Uint8Array): Generator<void, RunCounts, void> {
  // By their outcomes: to count under names would cost each task more than all else of this.
  const counts = new Uint32Array(SKIPPED + 1);
  for (let place = 0; place < tasks.length; place++) {
    if (place % TASKS_PER_STEP === 0) yield;
    const kind = kindOf(tasks[place] as Task, outcomes?.[place]);
    counts[kind] = (counts[kind] as number) + 1;
  }
  const [notStarted = 0, done = 0, failed = 0, cancelled = 0, blocked = 0, skipped = 0] = counts;
  return { total: tasks.length, done, failed, cancelled, blocked, skipped, notStarted };
}

function kindOf(task: Task, outcome: number | undefined): number {
  const isHeld = task.isPending && (outcome === BLOCKED || outcome === SKIPPED);
  return isHeld ? outcome : endingOf(task);
}
