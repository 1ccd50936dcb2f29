import type { StoreDriver } from "@ttasks/core";
import { settle } from "../fixtures/virtual-clock.ts";
import type { Action } from "./action.ts";
import { diskActions } from "./disk-actions.ts";
import { completeAll } from "./time-actions.ts";
import { Disk } from "./disk.ts";
import type { FaultCounts } from "./faults.ts";
import { finish } from "./finish.ts";
import { graphActions } from "./graph-actions.ts";
import { handlerActions } from "./handler-actions.ts";
import { processActions } from "./process-actions.ts";
import { Random } from "./random.ts";
import { drawScenario } from "./scenario.ts";
import { taskActions } from "./task-actions.ts";
import { timeActions } from "./time-actions.ts";
import { Trace } from "./trace.ts";
import { World } from "./world.ts";

/** What came of a seed. */
export interface SeedOutcome {
  readonly steps: number;
  readonly faults: FaultCounts;
  /** Stands for all that has happened: two runs of one seed have the same. */
  readonly hash: string;
  /** What is wrong; absent where nothing is. */
  readonly problem: string | undefined;
  /** The newest things that have happened. */
  readonly events: readonly string[];
}

/** Plays a seed to its end, or until something is wrong. */
export async function runSeed(
  seed: number,
  steps: number,
  driver: StoreDriver,
  listener?: (line: string) => void,
): Promise<SeedOutcome> {
  const random = new Random(seed);
  const trace = new Trace(listener);
  const isSync = await answersAtOnce(driver);
  const scenario = drawScenario(random, isSync);
  const world = new World(random, scenario, trace, (disk) => new Disk(driver, isSync, disk));
  const { persistence, isSync: isSyncStore } = scenario;
  trace.add(`seed ${seed}: ${isSyncStore ? "synchronous" : "asynchronous"} stores, persistence ${persistence}`);
  await setUp(world);
  while (trace.step < steps && world.failure === undefined) await step(world);
  if (world.failure === undefined) await finish(world);
  return { steps: trace.step, faults: world.faults, hash: trace.hash, problem: world.failure, events: trace.lines };
}

/** The first process stores what there is to do, before anything goes wrong. */
async function setUp(world: World): Promise<void> {
  const { graph, loose } = world.scenario;
  world.isCalm = true;
  const first = world.boot();
  first.graph = graph;
  first.loose = loose;
  first.start("save", async () => {
    await first.store.graphs.save(graph);
    for (const task of loose) await first.store.tasks.save(task);
  });
  await settle();
  await completeAll(world);
  world.isCalm = false;
}

async function step(world: World): Promise<void> {
  const { trace, random } = world;
  trace.step++;
  const asked = world.active.length > 0 ? random.pick(world.active) : undefined;
  const actions: Action[] = [
    ...diskActions(world),
    ...handlerActions(world),
    ...(asked ? [...taskActions(world, asked), ...graphActions(world, asked)] : []),
    ...timeActions(world),
    ...processActions(world),
  ];
  const run = random.weighted(actions);
  await run?.();
  await settle();
}

async function answersAtOnce(driver: StoreDriver): Promise<boolean> {
  const count: unknown = driver.count("task", {});
  if (typeof count === "number") return true;
  await count;
  return false;
}
