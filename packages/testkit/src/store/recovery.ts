import { recover, release, TaskExecutor, TaskGraph, type Store, type Task } from "@ttasks/core";
import { SAMPLE_TYPE, sampleTask } from "../fixtures/sample-tasks.ts";
import { until } from "../fixtures/until.ts";
import { VirtualClock } from "../fixtures/virtual-clock.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** What becomes of the tasks of an executor that is gone. Left out for a store without `leases`. */
export function testRecovery(suite: StoreSuite): void {
  testTasks(suite);
  testGraphs(suite);
  if (suite.contract.reopen) testReopening(suite);
}

/** Why a test waits in vain. */
const STORES_START = "`record` must store that a task has started";
const ALL_GONE = { isAlive: () => false };

function testTasks({ test, check }: StoreSuite): void {
  test("what an executor that is gone ran is held, tried again or failed, as each task says", async (store) => {
    const tasks = (["hold", "retry", "fail"] as const).map((onInterrupted) =>
      sampleTask(onInterrupted, { onInterrupted }),
    );
    await abandon(store, tasks);
    const { tasks: recovered, executors } = await recover(store, ALL_GONE);
    check(
      [recovered.map(({ title, outcome }) => [title, outcome]), executors.length],
      [["hold", "retry", "fail"].map((one) => [one, one]), 1],
      "`tasks.find` must give every running task, and `leases.find` every lease",
    );
    const stored = await Promise.all(tasks.map(async ({ id }) => store.tasks.get(id)));
    check(
      stored.map((task) => [task?.status, task?.held !== undefined, task?.attempts.map(({ status }) => status)]),
      [
        ["pending", true, ["interrupted"]],
        ["pending", false, ["interrupted"]],
        ["failed", false, ["interrupted"]],
      ],
      "`record` must store what a recovery made of a task, with its attempts and with what holds it",
    );
    check(await store.leases?.find(), [], "`leases.delete` must remove the lease of an executor that is gone");
  });

  test("two recoveries at once recover each task once", async (store) => {
    const tasks = Array.from({ length: 20 }, (_, index) => sampleTask(`task ${index}`, { onInterrupted: "retry" }));
    await abandon(store, tasks);
    const both = await Promise.all([recover(store, ALL_GONE), recover(store, ALL_GONE)]);
    const ids = both.flatMap((one) => one.tasks.map(({ taskId }) => taskId));
    check([ids.length, new Set(ids).size], [20, 20], "`record` must let one recovery win each task: heed `ifRevision`");
    check(
      (await store.tasks.find()).map(({ attempts }) => attempts.length),
      tasks.map(() => 1),
      "a task must not be recovered twice",
    );
  });

  test("an executor that was only slow cannot end what was taken from it", async (store) => {
    const task = sampleTask("slow");
    const slow = await abandon(store, [task]);
    await recover(store, ALL_GONE);
    slow.finish();
    check(errorKind(await slow.ended), "task_claimed", "`record` must refuse the end of who has lost the task");
    const stored = (await store.tasks.get(task.id))!;
    check(
      [stored.status, stored.held !== undefined],
      ["pending", true],
      "`record` must leave what the recovery stored",
    );
  });

  test("an executor that lives keeps its tasks", async (store) => {
    const task = sampleTask("living");
    const living = await abandon(store, [task]);
    const { tasks } = await recover(store, { isAlive: () => true });
    check([tasks, (await store.tasks.get(task.id))?.status], [[], "running"], "`leases.get` must give the lease");
    living.finish();
    check(errorKind(await living.ended), "nothing", "an executor that lives must be able to end its tasks");
  });
}

function testGraphs({ test, check }: StoreSuite): void {
  test("a graph whose process is gone is resumed, and what is done does not run again", async (store) => {
    const graph = new TaskGraph({ title: "release" });
    const build = graph.add(sampleTask("build"));
    const pack = graph.add(sampleTask("pack", { onInterrupted: "retry" }), { after: [build] });
    graph.add(sampleTask("ship"), { after: [pack] });
    const gone = executorOf(store, ({ title }) => (title === "pack" ? new Promise(() => undefined) : undefined));
    void graph.run(gone.executor, { clock: gone.clock });
    await until(STORES_START, async () => (await store.tasks.get(pack.id))?.isRunning === true);
    const { runs } = await recover(store, ALL_GONE);
    check(runs, [graph.runs[0]?.id], "`runs.find` must give the runs that go on");
    const read = (await store.graphs.get(graph.id))!;
    check(read.runs[0]?.status, "interrupted", "`runs.save` must store that a run was interrupted");
    const ran: string[] = [];
    const next = executorOf(store, ({ title }) => void ran.push(title));
    await read.resume(next.executor);
    check([read.ok, ran], [true, ["pack", "ship"]], "`graphs.get` must give the graph with every task's stored state");
    await next.executor.close();
  });
}

function testReopening({ test, check, contract }: StoreSuite): void {
  test("a held task is held after the store was opened again, until it is released and saved", async (store) => {
    const task = sampleTask("held");
    await abandon(store, [task]);
    const again = await contract.reopen!(store);
    await recover(again, ALL_GONE);
    const held = await again.tasks.get(task.id);
    check(held?.title, "held", "a saved task must outlive the closing of the store");
    if (!held) return;
    const ran: string[] = [];
    const { executor } = executorOf(again, ({ title }) => void ran.push(title));
    check(errorKind(await thrownBy(() => executor.execute(held))), "task_held", "what holds a task must be stored");
    release(held);
    await again.tasks.save(held);
    await executor.execute((await again.tasks.get(task.id))!);
    check(ran, ["held"], "`tasks.save` must store that a task was released");
    await executor.close();
    await contract.close?.(again);
  });
}

interface Abandoned {
  /** Lets the handlers return. */
  finish(): void;
  /** How the first task ended. */
  readonly ended: Promise<unknown>;
}

/** Starts tasks whose executor is not heard of again: its clock stands still. */
async function abandon(store: Store, tasks: readonly Task[]): Promise<Abandoned> {
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const { executor } = executorOf(store, () => finished);
  const ended = tasks.map((task) => thrownBy(() => executor.execute(task)));
  await until(STORES_START, async () => (await store.tasks.count({ status: "running" })) === tasks.length);
  return { finish, ended: ended[0]! };
}

function executorOf(store: Store, run: (task: Task) => unknown): { executor: TaskExecutor; clock: VirtualClock } {
  const clock = new VirtualClock();
  const executor = new TaskExecutor({ store, clock, owner: { host: "here", pid: 4711 } });
  executor.register(SAMPLE_TYPE, ({ task }) => run(task));
  return { executor, clock };
}
