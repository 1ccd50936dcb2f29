import type { Task } from "@ttasks/core";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

/** Takes note of a process that wants what others are at already. */
export function countRivals(world: World, process: SimulatedProcess, tasks: readonly Task[]): void {
  const ids = new Set(tasks.map(({ id }) => id));
  const isRival = (other: SimulatedProcess): boolean =>
    other !== process && !other.isCrashed && other.tasks.some(({ id, isRunning }) => isRunning && ids.has(id));
  if (world.processes.some(isRival)) world.count("a second executor wants what another one runs");
}
