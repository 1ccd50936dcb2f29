import { GraphError } from "../errors/graph-errors.ts";
import { findCycle } from "./find-cycle.ts";
import type { Key } from "../task/stored-object.ts";
import { distinct, isEntry, type Dependency, type GraphEntry } from "./graph-entry.ts";

/** How many tasks are planned between two chances to yield to the event loop. */
const TASKS_PER_STEP = 1_000;

/**
 * A graph that can run, by index: what a run costs a task must not grow with the graph. Finally tasks run after all ordinary ones, so
 * only the edges between tasks of one kind are kept.
 */
export class GraphPlan {
  readonly entries: readonly GraphEntry[];
  /** How many dependencies of its own kind each task has. */
  readonly dependencyCounts: Int32Array;
  /** The first edge to a dependent of each task; -1 for none. */
  readonly #first: Int32Array;
  /** Of each edge, the next one of the same task, and the dependent that it leads to. */
  readonly #next: Int32Array;
  readonly #dependents: Int32Array;
  #edges = 0;

  constructor(entries: readonly GraphEntry[]) {
    this.entries = entries;
    this.dependencyCounts = new Int32Array(entries.length);
    this.#first = new Int32Array(entries.length).fill(-1);
    const edges = entries.reduce((sum, { after }) => sum + after.length, 0);
    this.#next = new Int32Array(edges);
    this.#dependents = new Int32Array(edges);
  }

  addEdge(from: GraphEntry, to: GraphEntry): void {
    const edge = this.#edges++;
    this.#dependents[edge] = to.index;
    this.#next[edge] = this.#first[from.index] as number;
    this.#first[from.index] = edge;
    this.dependencyCounts[to.index] = (this.dependencyCounts[to.index] as number) + 1;
  }

  /** The first edge from a task to one that comes after it; -1 where there is none. */
  firstEdge(index: number): number {
    return this.#first[index] as number;
  }

  /** The next edge from the same task; -1 after the last one. */
  nextEdge(edge: number): number {
    return this.#next[edge] as number;
  }

  /** The index of the task that an edge leads to. */
  dependentAt(edge: number): number {
    return this.#dependents[edge] as number;
  }
}

/**
 * Checks a graph and lays out its edges. A generator, so that a large graph can be planned between other work.
 *
 * @throws {GraphError} when a dependency is missing, an ordinary task comes after a finally one, or there is a cycle
 */
export function* planGraph(entries: ReadonlyMap<Key, GraphEntry>): Generator<void, GraphPlan, void> {
  const plan = new GraphPlan([...entries.values()]);
  // Where each task was added after those that it comes after, there is no cycle to look for.
  let isInOrder = true;
  // From the last to the first, so that each task's dependents end up in the order in which they were added.
  for (let index = plan.entries.length - 1; index >= 0; index--) {
    if (index % TASKS_PER_STEP === 0) yield;
    const entry = plan.entries[index] as GraphEntry;
    for (let place = 0; place < entry.after.length; place++) {
      if (!isEntry(entry.after[place] as Dependency)) resolveAll(entry, entries);
      const dependency = entry.after[place] as GraphEntry;
      if (dependency.finally && !entry.finally) throw orderError(entry, dependency);
      isInOrder &&= dependency.index < index;
      if (dependency.finally === entry.finally) plan.addEdge(dependency, entry);
    }
  }
  if (!isInOrder) yield* assertNoCycle(plan);
  return plan;
}

/** Counts one down and gives what is left. */
export function decrement(counts: Int32Array, index: number): number {
  return (counts[index] = (counts[index] as number) - 1);
}

/** Finds the dependencies that were not in the graph when they were named. */
function resolveAll(entry: GraphEntry, entries: ReadonlyMap<Key, GraphEntry>): void {
  const found = entry.after.map((dependency) => {
    const known = entries.get(dependency.key);
    if (known) return known;
    throw new GraphError(
      "unknown_dependency",
      `${relation(entry, dependency)} (${dependency.id}), which is not in the graph: add it`,
    );
  });
  entry.after = distinct(found);
}

function orderError(entry: GraphEntry, dependency: GraphEntry): GraphError {
  return new GraphError(
    "finally_order",
    `${relation(entry, dependency)}, a finally task: make both finally, or neither`,
  );
}

function relation(entry: GraphEntry, dependency: Dependency): string {
  return `Task "${entry.title}" comes after "${dependency.title}"`;
}

/** Takes away tasks without open dependencies, again and again (Kahn): what is left over holds a cycle. */
function* assertNoCycle(plan: GraphPlan): Generator<void, void, void> {
  const open = plan.dependencyCounts.slice();
  const free: number[] = [];
  for (const { index } of plan.entries) if (open[index] === 0) free.push(index);
  // It grows while it is walked over.
  let taken = 0;
  for (const index of free) {
    if (taken++ % TASKS_PER_STEP === 0) yield;
    for (let edge = plan.firstEdge(index); edge >= 0; edge = plan.nextEdge(edge)) {
      const dependent = plan.dependentAt(edge);
      if (decrement(open, dependent) === 0) free.push(dependent);
    }
  }
  if (taken === open.length) return;
  const isLeft = ({ index }: GraphEntry): boolean => (open[index] as number) > 0;
  const dependencyLeft = ({ after }: GraphEntry): GraphEntry => after.filter(isEntry).find(isLeft) as GraphEntry;
  const cycle = findCycle(plan.entries.find(isLeft) as GraphEntry, dependencyLeft);
  throw cycleError(cycle.map(({ title }) => `"${title}"`));
}

/** Found along the dependencies; told in the order in which the tasks would run. */
function cycleError(titles: readonly string[]): GraphError {
  const order = [...titles, ...titles.slice(0, 1)].reverse();
  if (order.length > 20) order.splice(20, order.length, `… (${titles.length} tasks)`);
  return new GraphError("cycle", `The graph has a cycle: ${order.join(" → ")}`);
}
