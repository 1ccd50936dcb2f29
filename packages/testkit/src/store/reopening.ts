import { doneTask, sampleGraph, sampleTask } from "../fixtures/sample-tasks.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** What outlives the closing of a store. Left out for a store without `reopen`. */
export function testReopening({ test, check, contract }: StoreSuite): void {
  const reopen: NonNullable<typeof contract.reopen> = (store) => contract.reopen!(store);

  test("tasks and graphs are there when the store is opened again", async (store) => {
    const graph = sampleGraph("release");
    const task = await doneTask("build");
    await store.graphs.save(graph);
    await store.tasks.save(task);
    const again = await reopen(store);
    check(
      (await again.tasks.get(task.id))?.toJSON(),
      task.toJSON(),
      "a saved task must outlive the closing of the store",
    );
    check(
      (await again.graphs.get(graph.id))?.toJSON(),
      graph.toJSON(),
      "a saved graph must outlive the closing of the store",
    );
    await contract.close?.(again);
  });

  test("the order of first save outlives the closing of the store", async (store) => {
    const tasks = ["c", "a", "b"].map((title) => sampleTask(title));
    for (const task of tasks) await store.tasks.save(task);
    const again = await reopen(store);
    await again.tasks.save(tasks[0]!);
    await again.tasks.save(sampleTask("d"));
    check(
      (await again.tasks.find()).map(({ title }) => title),
      ["c", "a", "b", "d"],
      "the order must be stored, not rebuilt",
    );
    await contract.close?.(again);
  });

  test("deleted tasks stay deleted", async (store) => {
    const task = sampleTask("build");
    await store.tasks.save(task);
    await store.tasks.delete(task);
    const again = await reopen(store);
    check(await again.tasks.count(), 0, "a delete must outlive the closing of the store");
    await contract.close?.(again);
  });

  test("an older state is refused also after the store was opened again", async (store) => {
    const task = sampleTask("first");
    await store.tasks.save(task);
    const stale = (await store.tasks.get(task.id))!;
    task.title = "newer";
    await store.tasks.save(task);
    const again = await reopen(store);
    if (again.record) {
      const error = await thrownBy(() => again.record?.(stale, { immediate: true }));
      check(errorKind(error), "stale_revision", "revisions must be stored, not rebuilt");
    }
    await contract.close?.(again);
  });
}
