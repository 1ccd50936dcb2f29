import { GraphError } from "../errors/graph-errors.ts";
import type { EdgeCondition } from "./edge-condition.ts";
import { findCycle } from "./find-cycle.ts";
import type { Dependency, Topology } from "./topology.ts";

/** How many tasks are looked at between two chances to yield to the event loop. */
export const TASKS_PER_STEP = 1_000;

/**
 * A graph that can run: which tasks come after each one. Finally tasks run after all ordinary ones, so only the dependencies between
 * tasks of one kind are kept. All is known by places: what a run costs a task must not grow with the graph.
 */
export class GraphPlan {
  readonly topology: Topology;
  /** How many dependencies of its own kind each task has. */
  readonly dependencyCounts: Int32Array;
  /** The first edge to a dependent of each task; -1 for none. */
  readonly firstEdge: Int32Array;
  /** Of each edge, the next one of the same task (-1 for none), and the place of the dependent that it leads to. */
  readonly nextEdge: Int32Array;
  readonly dependent: Int32Array;
  /** The conditions of the edges that have one other than success. */
  conditions: Map<number, EdgeCondition> | undefined;
  #edges = 0;

  constructor(topology: Topology) {
    const size = topology.tasks.length;
    this.topology = topology;
    this.dependencyCounts = new Int32Array(size);
    this.firstEdge = new Int32Array(size).fill(-1);
    this.nextEdge = new Int32Array(topology.dependencyCount);
    this.dependent = new Int32Array(topology.dependencyCount);
  }

  /** An edge from nowhere keeps its task waiting. */
  addEdge(from: number | undefined, to: number, on?: EdgeCondition): void {
    this.dependencyCounts[to] = (this.dependencyCounts[to] as number) + 1;
    if (from === undefined) return;
    const edge = this.#edges++;
    if (on !== undefined) (this.conditions ??= new Map<number, EdgeCondition>()).set(edge, on);
    this.dependent[edge] = to;
    this.nextEdge[edge] = this.firstEdge[from] as number;
    this.firstEdge[from] = edge;
  }
}

/**
 * Checks a graph and lays out its edges. A generator, so that a large graph can be planned between other work.
 *
 * @throws {GraphError} when a dependency is missing, an ordinary task comes after a finally one, there is a cycle, or a task is in a pool
 *   that is not among `pools`
 */
export function* planGraph(topology: Topology, pools: ReadonlyMap<string, number>): Generator<void, GraphPlan, void> {
  const plan = new GraphPlan(topology);
  const conditions = topology.conditions.size > 0 ? topology.conditions : undefined;
  // Where each task was added after those that it comes after, there is no cycle to look for.
  let isInOrder = true;
  // From the last to the first, so that each task's dependents end up in the order in which they were added.
  for (let place = topology.tasks.length - 1; place >= 0; place--) {
    if (place % TASKS_PER_STEP === 0) yield;
    const isFinally = topology.isFinally[place] as boolean;
    for (let index = topology.startOf(place); index < topology.endOf(place); index++) {
      const dependency = topology.dependencyAt(index);
      if (dependency === undefined) throw missingError(topology, place);
      const isAfterFinally = topology.isFinally[dependency] as boolean;
      if (isAfterFinally && !isFinally) throw orderError(topology, place, dependency);
      isInOrder &&= dependency < place;
      if (isAfterFinally === isFinally) plan.addEdge(dependency, place, conditions?.get(index));
    }
  }
  if (!isInOrder) yield* assertNoCycle(plan);
  yield* assertPools(topology, pools);
  return plan;
}

/** Counts one down and gives what is left. */
export function decrement(counts: Int32Array, place: number): number {
  return (counts[place] = (counts[place] as number) - 1);
}

function* assertPools(topology: Topology, pools: ReadonlyMap<string, number>): Generator<void, void, void> {
  let seen = 0;
  for (const [place, { pool }] of topology.scheduling) {
    if (seen++ % TASKS_PER_STEP === 0) yield;
    if (pool !== undefined && !pools.has(pool)) throw poolError(topology, place, pool);
  }
}

function missingError(topology: Topology, place: number): GraphError {
  const isMissing = (dependency: Dependency, offset: number): boolean =>
    topology.dependencyAt(topology.startOf(place) + offset) === undefined;
  const missing = topology.dependenciesOf(place).find(isMissing) as Dependency;
  return new GraphError(
    "unknown_dependency",
    `${relation(topology, place, missing)} (${missing.id}), which is not in the graph: add it`,
  );
}

function orderError(topology: Topology, place: number, dependency: number): GraphError {
  const named = relation(topology, place, topology.tasks[dependency] as Dependency);
  return new GraphError("finally_order", `${named}, a finally task: make both finally, or neither`);
}

function poolError({ tasks }: Topology, place: number, pool: string): GraphError {
  return new GraphError(
    "unknown_pool",
    `Task "${String(tasks[place]?.title)}" is in pool "${pool}": say how many run in it at once, { pools: { ${JSON.stringify(pool)}: 1 } }`,
  );
}

function relation({ tasks }: Topology, place: number, dependency: Dependency): string {
  return `Task "${String(tasks[place]?.title)}" comes after "${dependency.title}"`;
}

/** Takes away tasks without open dependencies, again and again (Kahn): what is left over holds a cycle. */
function* assertNoCycle(plan: GraphPlan): Generator<void, void, void> {
  const open = plan.dependencyCounts.slice();
  const free: number[] = [];
  for (let place = 0; place < open.length; place++) if (open[place] === 0) free.push(place);
  // It grows while it is walked over.
  let taken = 0;
  for (const place of free) {
    if (taken++ % TASKS_PER_STEP === 0) yield;
    for (let edge = plan.firstEdge[place] as number; edge >= 0; edge = plan.nextEdge[edge] as number) {
      const dependent = plan.dependent[edge] as number;
      if (decrement(open, dependent) === 0) free.push(dependent);
    }
  }
  if (taken < open.length) throw cycleError(plan.topology, open);
}

/** Found along the dependencies that are open; told in the order in which the tasks would run. */
function cycleError(topology: Topology, open: Int32Array): GraphError {
  const isLeft = (place: number): boolean => (open[place] as number) > 0;
  const dependencyLeft = (place: number): number => {
    let index = topology.startOf(place);
    while (!isLeft(topology.dependencyAt(index) as number)) index++;
    return topology.dependencyAt(index) as number;
  };
  const cycle = findCycle(
    open.findIndex((count) => count > 0),
    dependencyLeft,
  );
  const titles = cycle.map((place) => `"${String(topology.tasks[place]?.title)}"`);
  const order = [...titles, ...titles.slice(0, 1)].reverse();
  if (order.length > 20) order.splice(20, order.length, `… (${titles.length} tasks)`);
  return new GraphError("cycle", `The graph has a cycle: ${order.join(" → ")}`);
}
