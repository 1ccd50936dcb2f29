import { GraphError } from "../errors/graph-errors.ts";
import { findCycle } from "./find-cycle.ts";
import { Outcomes } from "./outcomes.ts";
import { TASKS_PER_STEP, type Topology } from "./topology.ts";

/** So many tasks of a cycle are named. */
const MAX_STEPS = 20;

/**
 * Checks a graph and lays out its edges. Finally tasks run after all ordinary ones, so only the dependencies between tasks of one kind are
 * edges. A generator, so that a large graph can be planned between other work.
 *
 * @throws {GraphError} when a dependency is missing, an ordinary task comes after a finally one, there is a cycle, or a task is in a pool
 *   that is not among `pools`
 */
export function* planGraph(topology: Topology, pools: ReadonlyMap<string, number>): Generator<void, Outcomes, void> {
  const { isFinally } = topology;
  const outcomes = new Outcomes(topology);
  // Where each task was added after those that it comes after, there is no cycle to look for.
  let isInOrder = true;
  // From the last to the first, so that each task's dependents end up in the order in which they were added.
  for (let place = isFinally.length - 1; place >= 0; place--) {
    if (place % TASKS_PER_STEP === 0) yield;
    for (let index = topology.startOf(place); index < topology.endOf(place); index++) {
      const dependency = topology.dependencyAt(index);
      if (dependency < 0 || (isFinally[dependency] && !isFinally[place])) throw edgeError(topology, place, index);
      isInOrder &&= dependency < place;
      if (isFinally[dependency] === isFinally[place]) outcomes.addEdge(dependency, place, index);
    }
  }
  const cycle = isInOrder ? undefined : yield* findCycle(topology);
  if (cycle) throw cycleError(cycle.map((place) => titleAt(topology, place)));
  yield* assertPools(topology, pools);
  return outcomes;
}

function titleAt({ tasks }: Topology, place: number): string {
  return `"${String(tasks[place]?.title)}"`;
}

function edgeError(topology: Topology, place: number, index: number): GraphError {
  const { id, title } = topology.dependency(index);
  const relation = `Task ${titleAt(topology, place)} comes after "${title}" (${id})`;
  return topology.dependencyAt(index) < 0
    ? new GraphError("unknown_dependency", `${relation}, which is not in the graph: add it`)
    : new GraphError("finally_order", `${relation}, a finally task: make both finally, or neither`);
}

function* assertPools(topology: Topology, pools: ReadonlyMap<string, number>): Generator<void, void, void> {
  let seen = 0;
  for (const [place, { pool }] of topology.scheduling) {
    if (seen++ % TASKS_PER_STEP === 0) yield;
    if (pool === undefined || pools.has(pool)) continue;
    const task = titleAt(topology, place);
    const way = `{ pools: { ${JSON.stringify(pool)}: 1 } }`;
    throw new GraphError("unknown_pool", `Task ${task} is in pool "${pool}": say how many run in it at once, ${way}`);
  }
}

/** Told in the order in which the tasks would run. */
function cycleError(titles: readonly string[]): GraphError {
  const order = [...titles, titles[0]].reverse();
  if (order.length > MAX_STEPS) order.splice(MAX_STEPS, order.length, `… (${titles.length} tasks)`);
  return new GraphError("cycle", `The graph has a cycle: ${order.join(" → ")}`);
}
