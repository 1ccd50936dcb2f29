import { recover, type ExecutorOwner, type ProcessFate } from "@ttasks/core";
import type { Action } from "./action.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

const HOUR_MS = 3_600_000;

/** What may happen to whole processes, and to their clocks. */
export function processActions(world: World): Action[] {
  const { random, scenario } = world;
  const active = world.active;
  const frozen = world.processes.filter(({ state }) => state === "frozen");
  const hasCrashed = world.processes.some(({ isCrashed }) => isCrashed);
  const living = active.length + frozen.length;
  return [
    [living < scenario.processCount ? 3 : 0, () => void world.boot()],
    [active.length > 0 ? 0.6 : 0, () => world.crash(random.pick(active), "a process crashes")],
    [active.length > 1 ? 0.8 : 0, () => freeze(world, random.pick(active))],
    [frozen.length > 0 ? 2 : 0, () => thaw(world, random.pick(frozen))],
    [active.length > 0 ? (hasCrashed ? 3 : 0.5) : 0, () => startRecovery(world, random.pick(active))],
    [active.length > 0 ? 0.4 : 0, () => setClock(world, random.pick(active))],
  ];
}

/** Takes up what processes have left that are gone. */
export function startRecovery(world: World, process: SimulatedProcess): void {
  if (Array.from(process.operations).some(({ label }) => label === "recover")) return;
  world.count("a process recovers what others left");
  const { clock, store } = process;
  // Only who is on the same host can tell.
  const isAlive = (owner: ExecutorOwner): boolean | undefined =>
    owner.host === process.owner?.host ? !world.processes[owner.pid - 1]!.isCrashed : undefined;
  const endProcess = (): Promise<ProcessFate> =>
    Promise.resolve(world.random.pick<ProcessFate>(["none", "ended", "gone", "unknown"]));
  process.start("recover", () => recover(store, { isAlive, endProcess, clock }));
}

function freeze(world: World, process: SimulatedProcess): void {
  world.trace.add(`${process.name} freezes`);
  process.state = "frozen";
  process.clock.isStopped = true;
}

/** A process that was frozen goes on where it was. */
export function thaw(world: World, process: SimulatedProcess): void {
  world.count("a process comes back as a zombie");
  world.trace.add(`${process.name} comes back`);
  process.state = "running";
  process.clock.isStopped = false;
}

function setClock(world: World, process: SimulatedProcess): void {
  const isBack = world.random.chance(0.6);
  world.count(isBack ? "a clock is set back" : "a clock is set forward");
  world.trace.add(`${process.name} has its clock set ${isBack ? "back" : "forward"}`);
  process.clock.offset += isBack ? -HOUR_MS : HOUR_MS;
}
