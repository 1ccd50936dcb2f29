import type { RerunOptions, Task, TaskGraph } from "@ttasks/core";
import type { Action } from "./action.ts";
import { checkFinishedRun } from "./finished-run.ts";
import { countRivals } from "./rivals.ts";
import { drawRunOptions } from "./scenario.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

/** What may be asked of a process about the graph, and about all that it has in memory. */
export function graphActions(world: World, process: SimulatedProcess): Action[] {
  const { graph, loose, running } = process;
  if (!graph || loose.length === 0) return [[25, () => load(world, process)]];
  if (running) return [[running.controller.signal.aborted ? 0 : 0.5, () => abort(world, process)]];
  const hasPending = graph.tasks.some((task) => task.isPending);
  const hasEnded = graph.tasks.some((task) => task.isTerminal);
  return [
    [1, () => load(world, process)],
    [hasPending ? 5 : 1, () => run(world, process, graph)],
    [hasPending ? 2 : 0, () => resume(world, process, graph)],
    [hasEnded ? 1.5 : 0, () => rerun(world, process, graph)],
  ];
}

/** Reads what the store has, in place of what the process has in memory. */
export function load(world: World, process: SimulatedProcess): void {
  const ids = world.scenario.loose.map(({ id }) => id);
  if (Array.from(process.operations).some(({ label }) => label === "load")) return;
  process.start("load", async () => {
    const graph = await process.store.graphs.get(world.scenario.graph.id);
    const loose: Task[] = [];
    for (const id of ids) {
      const task = await process.store.tasks.get(id);
      if (task) loose.push(task);
    }
    // What runs goes on with the objects that it was started with.
    if (process.running || !process.isActive) return;
    process.graph = graph;
    process.mayRedo.clear();
    process.loose = loose;
  });
}

/** Runs the graph as far as it goes. */
function run(world: World, process: SimulatedProcess, graph: TaskGraph): void {
  countRivals(world, process, graph.tasks);
  const options = world.isCalm ? { pools: { db: 1 } } : drawRunOptions(world.random);
  startRun(world, process, graph, "run", (signal) =>
    graph.run(process.executor, { ...options, clock: process.clock, signal }),
  );
}

/** Goes on with the graph where others have left it. */
export function resume(world: World, process: SimulatedProcess, graph: TaskGraph): void {
  world.count("a graph is resumed");
  countRivals(world, process, graph.tasks);
  const options = world.isCalm ? { pools: { db: 1 } } : drawRunOptions(world.random);
  startRun(world, process, graph, "resume", (signal) =>
    graph.resume(process.executor, { ...options, clock: process.clock, signal }),
  );
}

function rerun(world: World, process: SimulatedProcess, graph: TaskGraph): void {
  const { random } = world;
  world.count("a graph is run again");
  const ended = graph.tasks.filter((task) => task.isTerminal);
  const what = random.chance(0.5) ? ({ failed: true } as const) : { from: random.pick(ended) };
  const options = { ...what, downstream: random.chance(0.5), ...drawRunOptions(random) };
  const done = chosenBy(graph, options).filter((task) => task.isDone);
  for (const { id } of done) process.mayRedo.add(id);
  for (const { id } of ended) world.reset(process, id);
  startRun(world, process, graph, "rerun", async (signal) => {
    await graph.rerun(process.executor, { ...options, clock: process.clock, signal });
    for (const { id, isDone } of done) if (isDone) process.mayRedo.delete(id);
  });
}

/** The tasks that a rerun resets: those that are asked for, and those that come after them. */
function chosenBy(graph: TaskGraph, { from, downstream }: RerunOptions): readonly Task[] {
  const chosen = new Set(from ? [from] : graph.tasks.filter((task) => task.isFailed || task.isCancelled));
  if (downstream !== true) return [...chosen];
  // The finally tasks come after all others: that one of them was chosen alone is seldom enough.
  for (const task of graph.tasks)
    if (isFinally(graph, task) || graph.dependencies(task).some((dependency) => chosen.has(dependency.task)))
      chosen.add(task);
  return [...chosen];
}

function isFinally(graph: TaskGraph, task: Task): boolean {
  const entries = graph.toJSON()["tasks"] as unknown as readonly { readonly id: string; readonly finally: boolean }[];
  return entries.some((entry) => entry.id === task.id && entry.finally);
}

function startRun(
  world: World,
  process: SimulatedProcess,
  graph: TaskGraph,
  label: string,
  start: (signal: AbortSignal) => Promise<unknown>,
): void {
  const controller = new AbortController();
  // One of the graph's tasks may be executed by itself already.
  const running = { controller, isMixed: hasExecutions(process) };
  process.running = running;
  const call = async (): Promise<void> => {
    await start(controller.signal);
    const problem = checkFinishedRun(graph, running.isMixed);
    if (problem !== undefined && !process.isCrashed) world.fail(`after the ${label} of ${process.name}: ${problem}`);
  };
  process.start(label, call, () => {
    process.running = undefined;
  });
}

function hasExecutions({ operations }: SimulatedProcess): boolean {
  return Array.from(operations).some(({ label }) => /^(execute|cancel) task/.test(label));
}

function abort(world: World, process: SimulatedProcess): void {
  world.count("a graph is aborted");
  world.trace.add(`${process.name} aborts its run`);
  for (const { id } of process.graph?.tasks ?? []) world.stopped(id);
  process.running?.controller.abort();
}
