import { settle } from "../fixtures/virtual-clock.ts";
import { complete } from "./disk-actions.ts";
import { checkFinishedRun } from "./finished-run.ts";
import { load, resume } from "./graph-actions.ts";
import { endWell, fail } from "./handler-actions.ts";
import { startRecovery, thaw } from "./process-actions.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { completeAll } from "./time-actions.ts";
import { execute, letGo } from "./task-actions.ts";
import type { World } from "./world.ts";

/** So often is looked whether everything has come to its end; who needs longer hangs. */
const MAX_ROUNDS = 300;

/** Nothing goes wrong any more: what was begun comes to its end, and a last process does what is left. */
export async function finish(world: World): Promise<void> {
  world.isCalm = true;
  world.trace.add("nothing goes wrong any more");
  for (const process of world.processes) {
    for (const call of process.pending) call.slowUntil = 0;
    if (!process.isCrashed && world.random.chance(0.4)) world.crash(process, "a process crashes");
    if (process.state === "frozen") thaw(world, process);
    // What was still on its way to the disk arrives.
    if (process.isCrashed) for (const call of [...process.pending]) await complete(world, process, call, false);
  }
  await drain(world);
  if (world.failure === undefined) await doWhatIsLeft(world);
  if (world.failure === undefined) {
    checkEnd(world);
    await world.disk.compare();
  }
}

/** Lets everything come to its end. */
async function drain(world: World): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS && world.failure === undefined; round++) {
    world.trace.step++;
    await settle();
    await completeAll(world);
    for (const process of world.active)
      for (const call of process.calls) (world.random.chance(0.5) ? fail : endWell)(world, process, call);
    await settle();
    await completeAll(world);
    if (world.active.every(({ operations, calls }) => operations.size === 0 && calls.size === 0)) return;
    const timer = world.timeline.next();
    if (timer) world.timeline.fire(timer);
  }
  const open = world.active.flatMap(({ name, operations }) =>
    Array.from(operations, ({ label }) => `${name} ${label}`),
  );
  world.fail(`these never end, though nothing goes wrong any more: ${open.join(", ")}`);
}

async function doWhatIsLeft(world: World): Promise<void> {
  for (const process of world.active) process.start("close", () => process.executor.close());
  await drain(world);
  for (const process of world.active) process.crash();
  const last = world.boot();
  startRecovery(world, last);
  await drain(world);
  load(world, last);
  await drain(world);
  const { graph } = last;
  if (!graph || last.loose.length < world.scenario.loose.length) {
    world.fail("the graph or one of the tasks is lost");
    return;
  }
  for (const task of last.tasks) if (task.held) letGo(world, last, task);
  for (const task of last.loose) if (task.isPending) execute(world, last, task);
  resume(world, last, graph);
  await drain(world);
  checkLast(world, last);
  last.start("close", () => last.executor.close());
  await drain(world);
}

function checkLast(world: World, { graph, loose }: SimulatedProcess): void {
  for (const task of loose)
    if (!task.isTerminal) world.fail(`task ${task.id} is ${task.status}, though nothing kept it from its end`);
  const problem = graph && checkFinishedRun(graph, false);
  if (problem !== undefined) world.fail(`at the end: ${problem}`);
}

/** What is stored is what the last process has in memory. */
function checkEnd(world: World): void {
  for (const { id, status } of world.disk.all("run"))
    if (status === "running") world.fail(`run ${id} is running, though its process is gone`);
  for (const { id, status } of world.disk.all("lease"))
    world.fail(`lease ${id} (${status}) is still there, though all executors were closed or recovered`);
  for (const { id, revision, status } of world.processes.at(-1)?.tasks ?? []) {
    const stored = world.disk.get("task", id);
    if (stored?.revision !== revision || stored.document["status"] !== status)
      world.fail(`task ${id} is ${status} (revision ${revision}), but stored is revision ${stored?.revision ?? 0}`);
  }
}
