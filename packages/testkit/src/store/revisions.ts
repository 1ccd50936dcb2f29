import { TaskGraph, type Store, type Task } from "@ttasks/core";
import { sampleTask } from "../fixtures/sample-tasks.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** Which state wins when two owners of one task both save it. */
export function testRevisions(suite: StoreSuite): void {
  testSaves(suite);
  if (suite.contract.abilities.reads === "live") return;
  testRecord(suite);
  for (const immediate of [true, false]) testFencing(suite, immediate);
  testGraphSaves(suite);
}

function testSaves({ test, check }: StoreSuite): void {
  test("each save counts the revision up", async ({ tasks }) => {
    const task = sampleTask("build");
    check(task.revision, 0, "a task that was never saved has revision 0");
    await tasks.save(task);
    const first = task.revision;
    await tasks.save(task);
    check(task.revision > first && first > 0, true, "`tasks.save` must count the task's revision up");
    check(
      (await tasks.get(task.id))?.revision,
      task.revision,
      "a task that is read must have the revision that it was saved with",
    );
  });

  test("a direct save overwrites whatever is stored, also a newer state", async ({ tasks }) => {
    const task = sampleTask("mine");
    for (let saves = 0; saves < 3; saves++) await tasks.save(task);
    const other = sampleTask("another's", { id: task.id });
    await tasks.save(other);
    check((await tasks.get(task.id))?.title, "another's", "`tasks.save` must overwrite, whatever the revisions");
    check(
      other.revision > task.revision,
      true,
      "a save counts as newer than what it overwrites: its revision must be higher",
    );
  });

  test("a direct save of a graph overwrites whatever is stored", async ({ graphs }) => {
    const graph = new TaskGraph({ title: "mine" });
    for (let saves = 0; saves < 3; saves++) await graphs.save(graph);
    await graphs.save(new TaskGraph({ title: "another's", id: graph.id }));
    check((await graphs.get(graph.id))?.title, "another's", "`graphs.save` must overwrite, whatever the revisions");
  });
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
    if (store.record)
      check(
        errorKind(error),
        "stale_revision",
        "`record` must reject with a StoreError `stale_revision` when the stored state is newer: heed `ifRevision`",
      );
    if (store.record)
      check((await store.tasks.get(task.id))?.title, "newer", "`record` must leave the newer state: heed `ifRevision`");
  });

  test(`a task of the same id that was made anew is not ${manner} over the stored one`, async (store) => {
    const task = sampleTask("stored");
    await store.tasks.save(task);
    const error = await thrownBy(() => record(store, sampleTask("anew", { id: task.id }), immediate));
    if (store.record)
      check(
        errorKind(error),
        "stale_revision",
        "`ifRevision: null` must hold only when nothing is stored under the id",
      );
    if (store.record)
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
    check(await store.tasks.count(), 3, "a read must first write what `record` has gathered");
    await Promise.all(recordings);
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

function testGraphSaves({ test, check }: StoreSuite): void {
  test("a graph save does not write an older state of a task over a newer one", async ({ graphs, tasks }) => {
    const graph = new TaskGraph({ title: "release" });
    const task = graph.add(sampleTask("first"));
    await graphs.save(graph);
    const other = (await tasks.get(task.id))!;
    for (const title of ["second", "third"]) {
      other.title = title;
      await tasks.save(other);
    }
    task.title = "stale";
    await graphs.save(graph);
    check(
      (await tasks.get(task.id))?.title,
      "third",
      "`graphs.save` must skip a member whose stored revision is as high or higher: put it only if the stored revision is lower",
    );
    check(
      (await graphs.get(graph.id))?.tasks[0]?.title,
      "third",
      "the graph that is read must have the newest state of its tasks",
    );
  });

  test("a graph save stores a newer state of a task", async ({ graphs, tasks }) => {
    const graph = new TaskGraph({ title: "release" });
    const task = graph.add(sampleTask("first"));
    await graphs.save(graph);
    task.title = "second";
    await graphs.save(graph);
    check((await tasks.get(task.id))?.title, "second", "`graphs.save` must store members that have changed since");
  });

  test("a graph that was read by another does not bring old states back", async ({ graphs, tasks }) => {
    const graph = new TaskGraph({ title: "release" });
    const task = graph.add(sampleTask("first"));
    await graphs.save(graph);
    const old = (await graphs.get(graph.id))!;
    task.cancel();
    await tasks.save(task);
    await graphs.save(old);
    check(
      (await tasks.get(task.id))?.status,
      "cancelled",
      "`graphs.save` must not write an unchanged member over a newer state",
    );
  });
}

async function record(store: Store, task: Task, immediate: boolean): Promise<void> {
  await (store.record ? store.record(task, { immediate }) : store.tasks.save(task));
}
