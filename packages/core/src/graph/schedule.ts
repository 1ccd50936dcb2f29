import { GraphError } from "../errors/graph-errors.ts";
import type { Topology } from "./topology.ts";

/** How many tasks are looked at between two chances to yield to the event loop. */
const TASKS_PER_STEP = 1_000;

/** The pools and priorities of a run's tasks, at their places. */
export interface Schedule {
  /** How many tasks may run at once in each pool. */
  readonly limits: readonly number[];
  /** Which pool each task is in; -1 for none. */
  readonly pools: Int32Array;
  /** `undefined` where all tasks have the same. */
  readonly priorities: Float64Array | undefined;
}

/**
 * Lays out the pools and priorities, in steps.
 *
 * @throws {GraphError} when a task is in a pool that is not among these
 */
export function* planSchedule(topology: Topology, pools: ReadonlyMap<string, number>): Generator<void, Schedule, void> {
  const size = topology.tasks.length;
  const indexes = new Map(Array.from(pools.keys(), (pool, index) => [pool, index]));
  const schedule = { limits: [...pools.values()], pools: new Int32Array(size).fill(-1) };
  let priorities: Float64Array | undefined;
  let seen = 0;
  for (const [place, { pool, priority }] of topology.scheduling) {
    if (seen++ % TASKS_PER_STEP === 0) yield;
    if (priority !== undefined) (priorities ??= new Float64Array(size))[place] = priority;
    if (pool === undefined) continue;
    const index = indexes.get(pool);
    if (index === undefined) {
      const title = String(topology.tasks[place]?.title);
      throw new GraphError(
        "unknown_pool",
        `Task "${title}" is in the pool "${pool}", which this run does not have: run with { pools: { ${JSON.stringify(pool)}: 1 } } or more`,
      );
    }
    schedule.pools[place] = index;
  }
  return { ...schedule, priorities };
}
