import { GraphError } from "../errors/graph-errors.ts";
import { findCycle } from "./find-cycle.ts";
import type { Dependency, GraphEntry } from "./graph-entry.ts";

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

  /** Calls `visit` with the index of each task that comes after this one. */
  forEachDependent(index: number, visit: (dependent: number) => void): void {
    for (let edge = this.#first[index] as number; edge >= 0; edge = this.#next[edge] as number)
      visit(this.#dependents[edge] as number);
  }
}

/**
 * Checks a graph and lays out its edges. A generator, so that a large graph can be planned between other work.
 *
 * @throws {GraphError} when a dependency is missing, an ordinary task comes after a finally one, or there is a cycle
 */
export function* planGraph(entries: ReadonlyMap<string, GraphEntry>): Generator<void, GraphPlan, void> {
  const plan = new GraphPlan([...entries.values()]);
  // From the last to the first, so that each task's dependents end up in the order in which they were added.
  for (let index = plan.entries.length - 1; index >= 0; index--) {
    if (index % TASKS_PER_STEP === 0) yield;
    const entry = plan.entries[index] as GraphEntry;
    for (const dependency of entry.after) {
      const found = resolve(entry, dependency, entries);
      if (found.finally === entry.finally) plan.addEdge(found, entry);
    }
  }
  yield* assertNoCycle(plan, entries);
  return plan;
}

/** Counts one down and gives what is left. */
export function decrement(counts: Int32Array, index: number): number {
  return (counts[index] = (counts[index] as number) - 1);
}

function resolve(entry: GraphEntry, dependency: Dependency, entries: ReadonlyMap<string, GraphEntry>): GraphEntry {
  const found = entries.get(dependency.id);
  const relation = `Task "${entry.task.title}" comes after "${dependency.title}"`;
  if (!found)
    throw new GraphError("unknown_dependency", `${relation} (${dependency.id}), which is not in the graph: add it`);
  if (found.finally && !entry.finally)
    throw new GraphError("finally_order", `${relation}, a finally task: make both finally, or neither`);
  return found;
}

/** Takes away tasks without open dependencies, again and again (Kahn): what is left over holds a cycle. */
function* assertNoCycle(plan: GraphPlan, entries: ReadonlyMap<string, GraphEntry>): Generator<void, void, void> {
  const open = plan.dependencyCounts.slice();
  const free: number[] = [];
  const release = (dependent: number): void => {
    if (decrement(open, dependent) === 0) free.push(dependent);
  };
  for (const { index } of plan.entries) if (open[index] === 0) free.push(index);
  // It grows while it is walked over.
  let taken = 0;
  for (const index of free) {
    if (taken++ % TASKS_PER_STEP === 0) yield;
    plan.forEachDependent(index, release);
  }
  if (taken === open.length) return;
  const isLeft = ({ index }: GraphEntry): boolean => (open[index] as number) > 0;
  const dependencyLeft = ({ after }: GraphEntry): GraphEntry =>
    after.map(({ id }) => entries.get(id) as GraphEntry).find(isLeft) as GraphEntry;
  const cycle = findCycle(plan.entries.find(isLeft) as GraphEntry, dependencyLeft);
  throw cycleError(cycle.map(({ task }) => `"${task.title}"`));
}

/** Found along the dependencies; told in the order in which the tasks would run. */
function cycleError(titles: readonly string[]): GraphError {
  const order = [...titles, ...titles.slice(0, 1)].reverse();
  if (order.length > 20) order.splice(20, order.length, `… (${titles.length} tasks)`);
  return new GraphError("cycle", `The graph has a cycle: ${order.join(" → ")}`);
}
