import type { Task } from "../task/task.ts";
import type { EdgeCondition } from "./edge-condition.ts";
import { decrement, GraphPlan } from "./graph-plan.ts";
import { IndexQueue } from "./index-queue.ts";
import type { Topology } from "./topology.ts";

/** What is known of a task in its graph: it may still come to an end. The others say how it ended. */
export const OPEN = 0;
/** Its state is so. */
export const DONE = 1;
/** Its state is so. */
export const FAILED = 2;
/** Its state is so. */
const CANCELLED = 3;
/** It could not be executed at all, and keeps its state. */
export const REFUSED = 4;
/** It cannot start, as something that it comes after did not succeed. */
export const BLOCKED = 5;
/** It does not start, as its condition cannot come true. */
export const SKIPPED = 6;
/** How it ended is not known, or is not in the ledger: nothing comes after it, on whatever ending. */
export const UNKEPT = 7;

/** What a settled dependency means to an edge: it is satisfied. */
export const MET = 0;
/** Its task cannot start. */
export const BLOCKS = 1;
/** Its task is not to start. */
export const SKIPS = 2;

/** What a dependency that has come to this outcome (any but {@link OPEN}) means to an edge with this condition. */
export function effectOf(on: EdgeCondition, outcome: number): number {
  if (outcome === UNKEPT) return BLOCKS;
  if (on === "done" || outcome === (on === "failure" ? FAILED : DONE)) return MET;
  return on === "failure" || outcome === SKIPPED ? SKIPS : BLOCKS;
}

/** The index of the dependency because of which a task is blocked or skipped. */
export function culpritOf(topology: Topology, place: number, outcome: number, outcomes: Uint8Array): number {
  let index = topology.startOf(place);
  const effect = (): number =>
    effectOf(topology.conditionOf(place, index), outcomes[topology.dependencyAt(index) as number] as number);
  // A missing one is open.
  while (
    (outcomes[topology.dependencyAt(index) ?? -1] ?? OPEN) === OPEN ||
    effect() !== (outcome === BLOCKED ? BLOCKS : SKIPS)
  )
    index++;
  return index;
}

/** The outcome that a task's own state tells; {@link OPEN} for one that has not ended. */
export function endingOf(task: Task): number {
  return task.isDone ? DONE : task.isFailed ? FAILED : task.isCancelled ? CANCELLED : OPEN;
}

/**
 * The outcome of every task, at its place, as its state and those of the tasks that it comes after tell it. The graph may be any: with
 * cycles, with dependencies that are missing, before, in or after a run. Finally tasks have the outcome that their state tells.
 *
 * @param refusalOf - what came of a task that the latest run could not execute, or not keep; {@link OPEN} for every other
 */
export function outcomesOf(topology: Topology, refusalOf: (task: Task) => number): Uint8Array {
  const plan = new GraphPlan(topology);
  for (let place = 0; place < topology.tasks.length; place++) {
    if (topology.isFinally[place]) continue;
    for (let index = topology.startOf(place); index < topology.endOf(place); index++)
      plan.addEdge(topology.dependencyAt(index), place, topology.conditions.get(index));
  }
  const outcomes = new Outcomes(plan, () => undefined);
  topology.tasks.forEach((task, place) => {
    const outcome = refusalOf(task) || endingOf(task);
    if (outcome !== OPEN) outcomes.settle(place, outcome);
  });
  while (outcomes.isSpreading) outcomes.spread();
  return outcomes.all;
}

/** The outcomes of a graph's tasks while they come about: what has settled is told to what comes after it, one task at a time. */
export class Outcomes {
  /** The outcome of each task. */
  readonly all: Uint8Array;
  readonly #plan: GraphPlan;
  /** Hears of a task that may start (`OPEN`), and of one that never can (`BLOCKED`, `SKIPPED`). */
  readonly #decided: (place: number, outcome: number) => void;
  /** How many dependencies of each task are not settled. */
  readonly #waiting: Int32Array;
  /** Settled tasks whose dependents do not know it yet. */
  readonly #settled = new IndexQueue();
  /** Open tasks with a condition that cannot come true: blocked or skipped, as their other dependencies end. */
  #doomed: Set<number> | undefined;

  constructor(plan: GraphPlan, decided: (place: number, outcome: number) => void) {
    this.all = new Uint8Array(plan.topology.tasks.length);
    this.#plan = plan;
    this.#decided = decided;
    this.#waiting = plan.dependencyCounts;
  }

  /** Whether there is something to tell. */
  get isSpreading(): boolean {
    return !this.#settled.isEmpty;
  }

  /** Whether a task comes after none that is open. */
  isFree(place: number): boolean {
    return this.#waiting[place] === 0;
  }

  settle(place: number, outcome: number): void {
    this.all[place] = outcome;
    this.#settled.push(place);
  }

  /** Tells the dependents of the task that settled first. */
  spread(): void {
    const place = this.#settled.take();
    const { topology, firstEdge, nextEdge, dependent: dependents, conditions } = this.#plan;
    const outcome = this.all[place] as number;
    // Finally tasks come after each other only, whatever the end.
    const isFinally = topology.isFinally[place] === true;
    const effectOn = (on: EdgeCondition): number => (isFinally ? MET : effectOf(on, outcome));
    const usual = effectOn("success");
    for (let edge = firstEdge[place] as number; edge >= 0; edge = nextEdge[edge] as number) {
      const dependent = dependents[edge] as number;
      if (this.all[dependent] !== OPEN) continue;
      const on = conditions?.get(edge);
      const effect = on === undefined ? usual : effectOn(on);
      if (effect === SKIPS) (this.#doomed ??= new Set()).add(dependent);
      if (effect === BLOCKS) this.#end(dependent, BLOCKED);
      else if (decrement(this.#waiting, dependent) > 0) continue;
      else if (this.#doomed?.has(dependent)) this.#end(dependent, SKIPPED);
      else this.#decided(dependent, OPEN);
    }
  }

  /** Somebody else may have ended the task meanwhile. */
  #end(place: number, outcome: number): void {
    const ended = endingOf(this.#plan.topology.tasks[place] as Task);
    this.settle(place, ended || outcome);
    if (ended === OPEN) this.#decided(place, outcome);
  }
}
