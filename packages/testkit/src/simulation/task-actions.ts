import { release, type Task } from "@ttasks/core";
import type { Action } from "./action.ts";
import { countRivals } from "./rivals.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

/** What may be asked of a process about single tasks. */
export function taskActions(world: World, process: SimulatedProcess): Action[] {
  const { random, disk } = world;
  const { tasks, executor, running } = process;
  const pending = tasks.filter((task) => task.isPending);
  const going = tasks.filter((task) => task.isRunning);
  // Who moves what another process runs would write over it.
  const own = going.filter(({ attempts }) => attempts.at(-1)?.executorId === executor.id);
  const ended = running ? [] : tasks.filter((task) => task.isFailed || task.isCancelled);
  const held = tasks.filter((task) => task.held !== undefined);
  const anywhere = disk.all("task").filter(({ status }) => status === "running");
  const of = <T>(weight: number, items: readonly T[], act: (item: T) => void): Action => [
    items.length > 0 ? weight : 0,
    () => act(random.pick(items)),
  ];
  return [
    of(2, pending, (task) => execute(world, process, task)),
    of(3, held, (task) => letGo(world, process, task)),
    of(1, anywhere, ({ id }) => requestCancel(world, process, id)),
    of(1.2, going, (task) => cancel(world, process, task)),
    of(0.15, pending, (task) => cancel(world, process, task)),
    of(0.8, own, (task) => move(world, process, task)),
    of(2.5, ended, (task) => reset(world, process, task)),
  ];
}

/** Runs one task. */
export function execute(world: World, process: SimulatedProcess, task: Task): void {
  countRivals(world, process, [task]);
  noteMixed(process, task);
  process.start(`execute ${task.id}`, () => process.executor.execute(task));
}

/** Lets a task go that is held. */
export function letGo(world: World, process: SimulatedProcess, task: Task): void {
  world.count("a task is released");
  world.trace.add(`${process.name} releases ${task.id}`);
  release(task);
}

function requestCancel(world: World, process: SimulatedProcess, taskId: string): void {
  world.count("a task is cancelled by another process");
  world.stopped(taskId);
  process.start(`request the cancel of ${taskId}`, () => process.store.tasks.requestCancel(taskId));
}

function cancel(world: World, process: SimulatedProcess, task: Task): void {
  world.count("a task is cancelled");
  world.stopped(task.id);
  noteMixed(process, task);
  process.start(`cancel ${task.id}`, () => process.executor.cancel(task));
}

function move(world: World, process: SimulatedProcess, task: Task): void {
  world.count("a task is moved by hand");
  world.stopped(task.id);
  const status = world.random.pick(["done", "failed", "cancelled"] as const);
  world.trace.add(`${process.name} moves ${task.id} to ${status}`);
  task.transitionTo(status);
}

function reset(world: World, process: SimulatedProcess, task: Task): void {
  world.trace.add(`${process.name} resets ${task.id}`);
  try {
    task.reset();
    world.reset(process, task.id);
    world.count("a task is reset");
  } catch {
    // Its executor has not settled it yet.
  }
}

function noteMixed({ running, graph }: SimulatedProcess, task: Task): void {
  if (running && graph?.tasks.includes(task) === true) running.isMixed = true;
}
