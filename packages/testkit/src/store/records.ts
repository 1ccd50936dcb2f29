import type { Store, Task } from "@ttasks/core";
import { makeUnstorable } from "../fixtures/make-unstorable.ts";
import { sampleTask } from "../fixtures/sample-tasks.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** What an executor calls at each transition. Left out for a store without `record`. */
export function testRecords(suite: StoreSuite): void {
  testRecord(suite);
  if (suite.contract.abilities.reads === "snapshots") testFailures(suite);
  for (const immediate of [true, false]) testFencing(suite, immediate);
}

function testFencing({ test, check }: StoreSuite, immediate: boolean): void {
  const manner = immediate ? "recorded at once" : "recorded in company";

  test(`a state ${manner} is stored when the record has returned or resolved`, async (store) => {
    const task = sampleTask("build");
    await record(store, task, immediate);
    check((await store.tasks.get(task.id))?.title, "build", "`record` must have stored the task by then");
    task.title = "changed";
    await record(store, task, immediate);
    check((await store.tasks.get(task.id))?.title, "changed", "`record` must store the next state as well");
  });

  test(`an older state ${manner} does not replace a newer one`, async (store) => {
    const task = sampleTask("first");
    await store.tasks.save(task);
    const stale = (await store.tasks.get(task.id))!;
    task.title = "newer";
    await store.tasks.save(task);
    stale.title = "stale";
    const error = await thrownBy(() => record(store, stale, immediate));
    check(
      errorKind(error),
      "stale_revision",
      "`record` must reject with a StoreError `stale_revision` when the stored state is newer: heed `ifRevision`",
    );
    check((await store.tasks.get(task.id))?.title, "newer", "`record` must leave the newer state: heed `ifRevision`");
  });

  test(`a task of the same id that was made anew is not ${manner} over the stored one`, async (store) => {
    const task = sampleTask("stored");
    await store.tasks.save(task);
    const error = await thrownBy(() => record(store, sampleTask("anew", { id: task.id }), immediate));
    check(errorKind(error), "stale_revision", "`ifRevision: null` must hold only when nothing is stored under the id");
    check((await store.tasks.get(task.id))?.title, "stored", "`ifRevision: null` must leave what is stored");
  });
}

function testRecord({ test, check }: StoreSuite): void {
  test("a record takes the state of the moment of its call", async (store) => {
    const task = sampleTask("at the call");
    const recording = record(store, task, false);
    task.title = "later";
    await recording;
    check(
      (await store.tasks.get(task.id))?.title,
      "at the call",
      "`record` must take the document when it is called, not when it writes",
    );
  });

  test("a read sees what was recorded before it", async (store) => {
    const tasks = ["a", "b", "c"].map((title) => sampleTask(title));
    const recordings = tasks.map((task) => record(store, task, false));
    const [count] = await Promise.all([store.tasks.count(), ...recordings]);
    check(count, 3, "a read must first write what `record` has gathered");
  });

  test("a delete comes after what was recorded before it", async (store) => {
    const task = sampleTask("build");
    const recording = record(store, task, false);
    await Promise.all([recording, store.tasks.delete(task)]);
    check(await store.tasks.has(task), false, "a direct write must first write what `record` has gathered");
  });

  test("tasks that are recorded together keep their order", async (store) => {
    const titles = Array.from({ length: 50 }, (_, index) => `task ${index}`);
    await Promise.all(titles.map((title) => record(store, sampleTask(title), false)));
    check(
      (await store.tasks.find()).map(({ title }) => title),
      titles,
      "`record` must store tasks in the order of its calls",
    );
  });

  test("a task that was deleted can be recorded", async (store) => {
    const task = sampleTask("build");
    await store.tasks.save(task);
    await store.tasks.delete(task);
    await record(store, task, true);
    check(await store.tasks.has(task), true, "`record` must store a task that somebody deleted: its run goes on");
  });
}

function testFailures({ test, check }: StoreSuite): void {
  test("a task that cannot be written fails its own record only", async (store) => {
    const tasks = ["first", "bad", "last"].map((title) => sampleTask(title));
    const bad = tasks[1]!;
    const heal = makeUnstorable(bad);
    const errors = await Promise.all(tasks.map((task) => thrownBy(() => record(store, task, false))));
    check(
      errors.map((error) => error !== undefined),
      [false, true, false],
      "`record` must reject for the task that cannot be written, and for no task that is recorded with it",
    );
    check(
      (await store.tasks.find()).map(({ title }) => title),
      ["first", "last"],
      "`record` must store what is recorded together with a task that cannot be written",
    );
    heal();
    await record(store, bad, false);
    check(await store.tasks.has(bad), true, "`record` must store the task as soon as it can be written");
  });
}

async function record(store: Store, task: Task, immediate: boolean): Promise<void> {
  if (!store.record)
    throw new TypeError("The store has no `record`: write one, or declare the ability `records: false`");
  await store.record(task, { immediate });
}
