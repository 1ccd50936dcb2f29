import {
  Task,
  TaskGraph,
  type AddOptions,
  type EdgeCondition,
  type GraphDependency,
  type OnInterrupted,
  type RunOptions,
} from "@ttasks/core";
import type { Random } from "./random.ts";

/** The type of all tasks of a simulation. */
export const SIMULATED_TYPE = "simulated";

/** How a seed is set up: all of it is drawn from its numbers. */
export interface Scenario {
  readonly processCount: number;
  /** Whether the stores answer at once. */
  readonly isSync: boolean;
  readonly persistence: "record" | "strict";
  /** How likely each call of the disk fails. */
  readonly faultRate: number;
  /** How likely handlers do not just return. */
  readonly troubleRate: number;
  readonly keepsLogs: boolean;
  readonly graph: TaskGraph;
  /** Tasks that are in no graph. */
  readonly loose: readonly Task[];
}

/** Draws how a seed is set up. */
export function drawScenario(random: Random, mayBeSync: boolean): Scenario {
  const isSync = mayBeSync && random.chance(0.35);
  return {
    processCount: random.between(2, 3),
    isSync,
    persistence: random.chance(0.5) ? "strict" : "record",
    faultRate: random.pick([0, 0.03, 0.08, 0.15]),
    troubleRate: random.pick([0.15, 0.4, 0.6]),
    keepsLogs: random.chance(0.3),
    graph: drawGraph(random),
    loose: Array.from({ length: random.between(1, 2) }, (_, index) => drawTask(random, `loose-${index + 1}`)),
  };
}

/** Draws how a graph runs. */
export function drawRunOptions(random: Random): Pick<RunOptions, "concurrency" | "pools" | "failFast"> {
  return { concurrency: random.between(1, 4), pools: { db: random.between(1, 2) }, failFast: random.chance(0.2) };
}

function drawGraph(random: Random): TaskGraph {
  const graph = new TaskGraph({ id: "graph", title: "graph" });
  const ordinary: Task[] = [];
  const count = random.between(2, 6);
  for (let index = 1; index <= count; index++) {
    const isFinally = index > 1 && random.chance(0.15);
    const task = drawTask(random, `task-${index}`);
    graph.add(task, {
      after: drawDependencies(random, isFinally ? graph.tasks : ordinary, isFinally),
      finally: isFinally,
      required: random.chance(0.8),
      pool: random.chance(0.3) ? "db" : undefined,
      priority: random.chance(0.2) ? random.between(-1, 1) : undefined,
    });
    if (!isFinally) ordinary.push(task);
  }
  return graph;
}

function drawDependencies(random: Random, before: readonly Task[], isFinally: boolean): AddOptions["after"] {
  const chosen = new Set(
    before.length === 0 ? [] : Array.from({ length: random.between(0, 2) }, () => random.pick(before)),
  );
  return Array.from(chosen, (task): Task | GraphDependency =>
    isFinally || random.chance(0.75) ? task : { task, on: random.pick<EdgeCondition>(["failure", "done", "success"]) },
  );
}

/** How long attempts take in a simulation, beside what it costs to save them. */
function drawTask(random: Random, id: string): Task {
  return new Task({
    type: SIMULATED_TYPE,
    payload: id,
    id,
    title: id,
    createdAt: new Date(Date.UTC(2030, 0, 1)),
    onInterrupted: random.pick<OnInterrupted | undefined>(["retry", "retry", "hold", "fail", undefined]),
    timeoutMs: random.chance(0.3) ? random.between(500, 5_000) : undefined,
    deadlineMs: random.chance(0.25) ? random.between(2_000, 20_000) : undefined,
    retry: random.chance(0.6)
      ? { attempts: random.between(2, 4), backoffMs: random.between(0, 2_000), jitter: "none" }
      : undefined,
  });
}
