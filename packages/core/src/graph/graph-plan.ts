import { GraphError } from "../errors/graph-errors.ts";
import { findCycle } from "./find-cycle.ts";
import type { Dependency, GraphEntry } from "./graph-entry.ts";

/** The edges of all tasks in one array: those of task `i` are `targets[starts[i]]` to `targets[starts[i + 1] - 1]`. */
export interface Edges {
  readonly starts: Int32Array;
  readonly targets: Int32Array;
}

/** A graph that can run, by index: what a run costs a task must not grow with the graph. */
export interface GraphPlan {
  readonly entries: readonly GraphEntry[];
  readonly dependencies: Edges;
  readonly dependents: Edges;
}

/** How many tasks are planned between two chances to yield to the event loop. */
const TASKS_PER_STEP = 1_000;

/**
 * Checks a graph and lays out its edges. A generator, so that a large graph can be planned between other work.
 *
 * @throws {GraphError} when a dependency is missing, an ordinary task comes after a finally one, or there is a cycle
 */
export function* planGraph(entries: ReadonlyMap<string, GraphEntry>): Generator<void, GraphPlan, void> {
  const list = [...entries.values()];
  const dependencies = yield* resolveDependencies(list, entries);
  const dependents = yield* reverse(dependencies);
  const plan = { entries: list, dependencies, dependents };
  yield* assertNoCycle(plan);
  return plan;
}

/** The number of dependencies of each task. */
export function countDependencies({ starts }: Edges): Int32Array {
  const counts = new Int32Array(starts.length - 1);
  for (let index = 0; index < counts.length; index++)
    counts[index] = (starts[index + 1] as number) - (starts[index] as number);
  return counts;
}

/** Counts one down and gives what is left. */
export function decrement(counts: Int32Array, index: number): number {
  return (counts[index] = (counts[index] as number) - 1);
}

/** The indexes that a task's edges lead to. */
export function targetsOf({ starts, targets }: Edges, index: number): Int32Array {
  return targets.subarray(starts[index], starts[index + 1]);
}

function* resolveDependencies(
  list: readonly GraphEntry[],
  entries: ReadonlyMap<string, GraphEntry>,
): Generator<void, Edges, void> {
  const starts = new Int32Array(list.length + 1);
  for (const { index, after } of list) starts[index + 1] = (starts[index] as number) + after.length;
  const targets = new Int32Array(starts[list.length] as number);
  let next = 0;
  for (const entry of list) {
    if (entry.index % TASKS_PER_STEP === 0) yield;
    for (const dependency of entry.after) targets[next++] = resolve(entry, dependency, entries).index;
  }
  return { starts, targets };
}

function resolve(entry: GraphEntry, dependency: Dependency, entries: ReadonlyMap<string, GraphEntry>): GraphEntry {
  const found = entries.get(dependency.id);
  if (!found)
    throw new GraphError(
      "unknown_dependency",
      `Task "${entry.task.title}" depends on "${dependency.title}" (${dependency.id}), which is not in the graph: add it`,
    );
  if (found.finally && !entry.finally)
    throw new GraphError(
      "finally_order",
      `Task "${entry.task.title}" depends on the finally task "${dependency.title}", which runs after all ordinary tasks: make both finally tasks, or neither`,
    );
  return found;
}

function* reverse({ starts, targets }: Edges): Generator<void, Edges, void> {
  const count = starts.length - 1;
  const reversed = { starts: new Int32Array(count + 1), targets: new Int32Array(targets.length) };
  const ends = reversed.starts.subarray(1);
  for (const target of targets) ends[target] = (ends[target] as number) + 1;
  for (let index = 1; index < count; index++) ends[index] = (ends[index] as number) + (ends[index - 1] as number);
  const free = reversed.starts.slice();
  for (let index = 0; index < count; index++) {
    if (index % TASKS_PER_STEP === 0) yield;
    for (let edge = starts[index] as number; edge < (starts[index + 1] as number); edge++) {
      const target = targets[edge] as number;
      const place = free[target] as number;
      reversed.targets[place] = index;
      free[target] = place + 1;
    }
  }
  return reversed;
}

/** Takes away tasks without open dependencies, again and again (Kahn): what is left over holds a cycle. */
function* assertNoCycle({ entries, dependencies, dependents }: GraphPlan): Generator<void, void, void> {
  const open = countDependencies(dependencies);
  const free = new Int32Array(entries.length);
  let end = 0;
  for (const { index } of entries) if (open[index] === 0) free[end++] = index;
  for (let at = 0; at < end; at++) {
    if (at % TASKS_PER_STEP === 0) yield;
    for (const dependent of targetsOf(dependents, free[at] as number)) {
      if (decrement(open, dependent) === 0) free[end++] = dependent;
    }
  }
  if (end < entries.length) throw cycleError(entries, dependencies, open);
}

function cycleError(entries: readonly GraphEntry[], dependencies: Edges, open: Int32Array): GraphError {
  const left = entries.map(({ index }) => index).filter((index) => (open[index] as number) > 0);
  const cycle = findCycle((index) => targetsOf(dependencies, index), left) ?? [];
  // Found along the dependencies; told in the order in which the tasks would run.
  const titles = [...cycle, cycle[0] ?? 0].reverse().map((index) => `"${entries[index]?.task.title ?? ""}"`);
  return new GraphError("cycle", `The graph has a cycle: ${bounded(titles).join(" → ")}`);
}

function bounded(titles: readonly string[]): readonly string[] {
  return titles.length <= 20
    ? titles
    : [...titles.slice(0, 10), `… ${titles.length - 20} more …`, ...titles.slice(-10)];
}
