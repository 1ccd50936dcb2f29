import { TaskExecutor, type Store, type Task } from "@ttasks/core";
import { SAMPLE_TYPE, sampleGraph, sampleTask } from "../fixtures/sample-tasks.ts";
import type { StoreSuite } from "./store-suite.ts";

const TOGETHER = 6;

type Find = <T>(store: Store, look: (other: Store) => T | Promise<T>) => Promise<T>;

/** What outlives a process that ends without closing its store. Left out for a store without `recover`. */
export function testDurability(suite: StoreSuite): void {
  const { contract } = suite;
  const find: Find = async (store, look) => {
    const other = await contract.recover!(store);
    try {
      return await look(other);
    } finally {
      await contract.close?.(other);
    }
  };
  testSaves(suite, find);
  testEvents(suite, find);
  if (contract.abilities.records ?? contract.abilities.reads === "snapshots") testRecorded(suite, find);
}

function testSaves({ test, check }: StoreSuite, find: Find): void {
  test("a saved task is durable when its save has returned or resolved", async (store) => {
    const task = sampleTask("build");
    await store.tasks.save(task);
    check(
      await find(store, async ({ tasks }) => (await tasks.get(task.id))?.toJSON()),
      task.toJSON(),
      "`tasks.save` may return or resolve only when the task is durable: wait until the backend has it",
    );
  });

  test("a saved graph is durable when its save has returned or resolved", async (store) => {
    const graph = sampleGraph("release");
    await store.graphs.save(graph);
    check(
      await find(store, async ({ graphs, tasks }) => [(await graphs.get(graph.id))?.toJSON(), await tasks.count()]),
      [graph.toJSON(), 4],
      "`graphs.save` may return or resolve only when the graph and its tasks are durable",
    );
  });

  test("a deleted task is gone for good when its delete has returned or resolved", async (store) => {
    const task = sampleTask("build");
    await store.tasks.save(task);
    await store.tasks.delete(task);
    check(
      await find(store, ({ tasks }) => tasks.count()),
      0,
      "`tasks.delete` may return or resolve only when the delete is durable",
    );
  });
}

function testRecorded({ test, check }: StoreSuite, find: Find): void {
  for (const immediate of [true, false]) {
    const manner = immediate ? "recorded at once" : "recorded in company";
    test(`a task ${manner} is durable when its record has returned or resolved`, async (store) => {
      const task = sampleTask("build");
      await store.record?.(task, { immediate });
      check(
        await find(store, async ({ tasks }) => (await tasks.get(task.id))?.title),
        "build",
        "`record` may return or resolve only when the task is durable: the event follows at once",
      );
    });
  }
}

function testEvents({ test, check }: StoreSuite, find: Find): void {
  test("a state is durable when its event is told, also of tasks that run together", async (store) => {
    const lost: string[] = [];
    const looks: Promise<void>[] = [];
    // A task goes on when it was looked at: not every store can be read while another one writes to the same place.
    const handler = async (): Promise<string> => Promise.all(looks).then(() => "ok");
    const executor = new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: handler } });
    executor.events.subscribe(({ task, status }) => {
      const compare = (found: Task | undefined): void => {
        if (!found || found.isPending || (status === "done" && !found.isDone))
          lost.push(`${status}: ${found?.status ?? "not stored"}`);
      };
      // Another store, because a read of the first one would write what is gathered.
      looks.push(find(store, async ({ tasks }) => compare(await tasks.get(task.id))));
    });
    const tasks = Array.from({ length: TOGETHER }, (_, index) => sampleTask(`task ${index}`));
    if (Symbol.iterator in store.tasks) await Promise.all(tasks.map((task) => executor.execute(task)));
    // A store that answers with promises may be in the middle of the next write when the event of one is told.
    else for (const task of tasks) await executor.execute(task).then(() => Promise.all(looks));
    await Promise.all(looks);
    check(
      lost,
      [],
      "`record` (or `tasks.save`) may return or resolve only when the state is durable: events follow it",
    );
    check(looks.length, 2 * TOGETHER, "each task starts and ends");
  });
}
