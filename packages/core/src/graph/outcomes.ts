import type { Task } from "../task/task.ts";
import type { EdgeCondition } from "./edge-condition.ts";
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
/** It cannot start, as something that it comes after did not succeed. */
export const BLOCKED = 4;
/** It does not start, as its condition cannot come true. */
export const SKIPPED = 5;
/** It could not be executed at all, and keeps its state. This and what is above it are refusals. */
export const REFUSED = 6;
/** How it ended is not known, or is not in the ledger: nothing comes after it, on whatever ending. */
export const UNKEPT = 7;

/** What a dependency that has come to this outcome makes of a task that comes after it on this condition; {@link OPEN}: it may start. */
function effectOf(on: EdgeCondition, outcome: number): number {
  if (outcome === UNKEPT) return BLOCKED;
  if (on === "done" || outcome === (on === "failure" ? FAILED : DONE)) return OPEN;
  return on === "failure" || outcome === SKIPPED ? SKIPPED : BLOCKED;
}

/** The index of the dependency because of which a task is blocked or skipped. */
export function culpritOf(topology: Topology, place: number, outcomes: Uint8Array): number {
  for (let index = topology.startOf(place); ; index++) {
    const outcome = outcomes[topology.dependencyAt(index)];
    if (outcome && effectOf(topology.conditionOf(place, index), outcome) === outcomes[place]) return index;
  }
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
  const outcomes = new Outcomes(topology);
  for (let place = 0; place < topology.tasks.length; place++) {
    if (topology.isFinally[place]) continue;
    topology.dependenciesOf(place, (index) => outcomes.addEdge(topology.dependencyAt(index), place, index));
  }
  topology.tasks.forEach((task, place) => {
    const outcome = refusalOf(task) || endingOf(task);
    if (outcome !== OPEN) outcomes.settle(place, outcome);
  });
  while (outcomes.isSpreading) outcomes.spread(() => undefined);
  return outcomes.all;
}

/** Hears of a task that may start (`OPEN`), and of one that never can (`BLOCKED`, `SKIPPED`). */
type Decided = (place: number, outcome: number) => void;

/**
 * The outcomes of a graph's tasks while they come about: what has settled is told to what comes after it, one task at a time. All is known
 * by places: what a run costs a task must not grow with the graph.
 */
export class Outcomes {
  readonly topology: Topology;
  /** The outcome of each task. */
  readonly all: Uint8Array;
  /** How many dependencies of each task are not settled. */
  readonly #waiting: Int32Array;
  /** An edge is known by the index of the dependency that it stands for. Of each task, the first edge to a dependent; -1 for none. */
  readonly #firstEdge: Int32Array;
  /** Of each edge, the next one of the same task (-1 for none), and the place of the dependent that it leads to. */
  readonly #nextEdge: Int32Array;
  readonly #dependents: Int32Array;
  /** The conditions of the edges, by these; absent where all have the usual one, so that none is looked up. */
  readonly #conditions: Topology["conditions"] | undefined;
  /** Settled tasks whose dependents do not know it yet. */
  readonly #settled = new IndexQueue();
  /** Open tasks with a condition that cannot come true: blocked or skipped, as their other dependencies end. */
  #doomed: Set<number> | undefined;

  constructor(topology: Topology) {
    const size = topology.tasks.length;
    this.topology = topology;
    this.all = new Uint8Array(size);
    this.#conditions = topology.conditions.size > 0 ? topology.conditions : undefined;
    this.#waiting = new Int32Array(size);
    this.#firstEdge = new Int32Array(size).fill(-1);
    this.#nextEdge = new Int32Array(topology.dependencyCount);
    this.#dependents = new Int32Array(topology.dependencyCount);
  }

  /** An edge from a task that is missing keeps its dependent waiting. */
  addEdge(from: number, to: number, edge: number): void {
    this.#waiting[to] = (this.#waiting[to] as number) + 1;
    if (from < 0) return;
    this.#dependents[edge] = to;
    this.#nextEdge[edge] = this.#firstEdge[from] as number;
    this.#firstEdge[from] = edge;
  }

  /** The places of the tasks that come after one. */
  dependentsOf(place: number): readonly number[] {
    const places: number[] = [];
    for (let edge = this.#firstEdge[place] as number; edge >= 0; edge = this.#nextEdge[edge] as number)
      places.push(this.#dependents[edge] as number);
    return places;
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
  spread(decided: Decided): void {
    const place = this.#settled.take();
    const outcome = this.all[place] as number;
    // Finally tasks come after each other only, whatever the end.
    const usual = this.topology.isFinally[place] ? OPEN : effectOf("success", outcome);
    for (let edge = this.#firstEdge[place] as number; edge >= 0; edge = this.#nextEdge[edge] as number) {
      const dependent = this.#dependents[edge] as number;
      if (this.all[dependent] !== OPEN) continue;
      const on = this.#conditions?.get(edge);
      const effect = on === undefined ? usual : effectOf(on, outcome);
      if (effect === SKIPPED) (this.#doomed ??= new Set()).add(dependent);
      const waiting = (this.#waiting[dependent] as number) - 1;
      this.#waiting[dependent] = waiting;
      if (effect === BLOCKED) this.#end(dependent, BLOCKED, decided);
      else if (waiting > 0) continue;
      else if (this.#doomed?.has(dependent)) this.#end(dependent, SKIPPED, decided);
      else decided(dependent, OPEN);
    }
  }

  /** Somebody else may have ended the task meanwhile. */
  #end(place: number, outcome: number, decided: Decided): void {
    const ended = endingOf(this.topology.tasks[place] as Task);
    this.settle(place, ended || outcome);
    if (ended === OPEN) decided(place, outcome);
  }
}
