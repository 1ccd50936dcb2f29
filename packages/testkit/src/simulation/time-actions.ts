import { settle } from "../fixtures/virtual-clock.ts";
import type { Action } from "./action.ts";
import { complete } from "./disk-actions.ts";
import type { World } from "./world.ts";

/** How time may pass. */
export function timeActions(world: World): Action[] {
  const next = world.timeline.next();
  return [
    [next ? 8 : 0, () => fireNext(world)],
    [1.5, () => pass(world, world.random.between(1, 3_000))],
    [0.35, () => pass(world, world.random.between(3_000, 30_000))],
  ];
}

function fireNext(world: World): void {
  const timer = world.timeline.next();
  if (!timer) return;
  world.timeline.fire(timer);
  world.trace.add(`it is ${world.timeline.now} ms`);
}

/** Lets time pass from timer to timer; meanwhile, the disk may be as fast as ever, or stuck. */
async function pass(world: World, ms: number): Promise<void> {
  const end = world.timeline.now + ms;
  const isStuck = !world.isCalm && world.random.chance(0.2);
  for (let timer = world.timeline.next(); timer && timer.at <= end; timer = world.timeline.next()) {
    world.timeline.fire(timer);
    await settle();
    if (!isStuck) await completeAll(world);
  }
  world.timeline.now = Math.max(world.timeline.now, end);
  world.trace.add(`it is ${world.timeline.now} ms${isStuck ? ", and the disk was stuck" : ""}`);
}

/** Lets everything go on that waits for the disk or for the end of a turn, until nothing does. */
export async function completeAll(world: World): Promise<void> {
  for (let hasMore = true; hasMore;) {
    hasMore = false;
    for (const process of world.active) {
      if (process.clock.hasDeferred) {
        process.clock.endTurn();
        hasMore = true;
      }
      for (const call of [...process.pending]) {
        if (call.slowUntil > world.timeline.now) continue;
        await complete(world, process, call, true);
        hasMore = true;
      }
    }
    await settle();
  }
}
