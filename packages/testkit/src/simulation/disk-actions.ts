import type { Action } from "./action.ts";
import type { PendingCall } from "./pending-call.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

/** What may happen to calls that wait for the disk, and to what waits for the end of a turn. */
export function diskActions(world: World): Action[] {
  const now = world.timeline.now;
  const ready: [SimulatedProcess, PendingCall<never>][] = [];
  for (const process of world.processes)
    for (const call of process.pending) {
      // The answer of a process that is frozen waits as well.
      const canGoOn = process.isActive || !call.isApplied;
      if (canGoOn && call.slowUntil <= now) ready.push([process, call]);
    }
  const turns = world.active.filter(({ clock }) => clock.hasDeferred);
  return [
    [ready.length > 0 ? 60 : 0, () => goOn(world, ...world.random.pick(ready))],
    [turns.length > 0 ? 40 : 0, () => world.random.pick(turns).clock.endTurn()],
  ];
}

async function goOn(world: World, process: SimulatedProcess, call: PendingCall<never>): Promise<void> {
  const { random, scenario, timeline } = world;
  if (call.isApplied) reply(world, process, call);
  else if (random.chance(0.03) && !world.isCalm && call.changes) {
    world.count("a save is slow");
    world.trace.add(`${process.name} ${call.label}: slow`);
    call.slowUntil = timeline.now + (random.chance(0.1) ? random.between(5_000, 30_000) : random.between(50, 2_000));
  } else if (!world.isCalm && process.isActive && random.chance(scenario.faultRate)) await fail(world, process, call);
  else await complete(world, process, call, random.chance(0.9));
}

/** The disk does it; the answer may take longer. */
export async function complete(
  world: World,
  process: SimulatedProcess,
  call: PendingCall<never>,
  isAnswered: boolean,
): Promise<void> {
  if (!call.isApplied) {
    world.trace.add(`${process.name} ${call.label}`);
    await call.apply();
  }
  if (process.isCrashed) process.pending.delete(call);
  else if (isAnswered && process.isActive) reply(world, process, call);
}

function reply(world: World, process: SimulatedProcess, call: PendingCall<never>): void {
  process.pending.delete(call);
  if (call.error) world.fail(`the driver has thrown at ${call.label}: ${call.error.message}`);
  call.reply();
}

async function fail(world: World, process: SimulatedProcess, call: PendingCall<never>): Promise<void> {
  const isDone = call.changes !== undefined && world.random.chance(0.5);
  world.trace.add(`${process.name} ${call.label}: fails${isDone ? ", but is done" : ""}`);
  if (isDone) await call.apply();
  world.count(isDone ? "a save fails that was done" : call.changes ? "a save fails" : "a read fails");
  process.pending.delete(call);
  call.fail(process.failed(call.changes, "as planned"));
}
