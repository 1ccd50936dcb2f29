import { TaskGraph, type Task, type TaskQuery } from "@ttasks/core";
import { doneTask, failedTask, sampleTask } from "../fixtures/sample-tasks.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** Saving, reading, finding and deleting tasks. */
export function testTaskCollection(suite: StoreSuite): void {
  testSaving(suite);
  testDeleting(suite);
  testFinding(suite);
}

function testSaving({ test, check }: StoreSuite): void {
  test("a saved task is read by its id, with every field", async ({ tasks }) => {
    const task = sampleTask("build", { description: "all of it", timeoutMs: 5_000, metadata: { tags: ["a", "b"] } });
    await tasks.save(task);
    const read = await tasks.get(task.id);
    check(read?.toJSON(), task.toJSON(), "`tasks.get` must give the document that `tasks.save` stored");
  });

  test("a task that was never saved is not there", async ({ tasks }) => {
    check(await tasks.get("nobody"), undefined, "`tasks.get` of an unknown id must give undefined");
    check(await tasks.has("nobody"), false, "`tasks.has` of an unknown id must be false");
  });

  test("saving a task again stores its newer state", async ({ tasks }) => {
    const task = sampleTask("build");
    await tasks.save(task);
    task.title = "build again";
    await tasks.save(task);
    check((await tasks.get(task.id))?.title, "build again", "`tasks.save` must replace what is stored under the id");
    check(await tasks.count(), 1, "`tasks.save` must not store a second document under the same id");
  });

  test("each of many tasks is kept", async ({ tasks }) => {
    const saved = Array.from({ length: 300 }, (_, index) => sampleTask(`task ${index}`));
    for (const task of saved) await tasks.save(task);
    check(await tasks.count(), 300, "`tasks.save` must keep every task");
    for (const task of saved) check((await tasks.get(task.id))?.title, task.title, "`tasks.get` must find every task");
  });

  test("something that is not a task is refused", async ({ tasks }) => {
    const error = await thrownBy(() => tasks.save({ id: "x", title: "x" } as unknown as Task));
    check(errorKind(error), "TypeError", "`tasks.save` must throw a TypeError for anything but a Task");
    check(await tasks.count(), 0, "`tasks.save` must store nothing when it throws");
  });
}

function testDeleting({ test, check }: StoreSuite): void {
  test("a deleted task is gone, and deleting it again tells so", async ({ tasks }) => {
    const task = sampleTask("build");
    await tasks.save(task);
    check(await tasks.delete(task.id), true, "`tasks.delete` of a stored task must be true");
    check(await tasks.get(task.id), undefined, "`tasks.delete` must remove the task");
    check(await tasks.delete(task.id), false, "`tasks.delete` of a task that is not stored must be false");
  });

  test("a task can be saved again after it was deleted", async ({ tasks }) => {
    const task = sampleTask("build");
    await tasks.save(task);
    await tasks.delete(task);
    await tasks.save(task);
    check((await tasks.get(task.id))?.title, "build", "`tasks.save` must store a task whose id was deleted before");
  });

  test("clearing the tasks removes all of them and no graph", async ({ tasks, graphs }) => {
    await graphs.save(new TaskGraph({ title: "empty" }));
    for (const title of ["a", "b", "c"]) await tasks.save(sampleTask(title));
    await tasks.clear();
    check(await tasks.count(), 0, "`tasks.clear` must remove every task");
    check(await graphs.count(), 1, "`tasks.clear` must leave the graphs");
  });
}

function testFinding({ test, check }: StoreSuite): void {
  test("tasks are found by one state or several", async ({ tasks }) => {
    for (const task of [sampleTask("waits"), await doneTask("did it"), await failedTask("broke")])
      await tasks.save(task);
    const found = async (query: TaskQuery): Promise<string[]> => (await tasks.find(query)).map(({ title }) => title);
    check(await found({ status: "done" }), ["did it"], "`tasks.find` must go by `status`");
    check(
      await found({ status: ["failed", "pending"] }),
      ["waits", "broke"],
      "`tasks.find` must take several states, and keep the order of first save",
    );
    check(await found({ status: [] }), [], "`tasks.find` with no state at all must find nothing");
    check(await tasks.count({ status: ["failed", "pending"] }), 2, "`tasks.count` must count what `tasks.find` finds");
  });

  test("a task is found by the state that it was saved in last", async ({ tasks }) => {
    const task = sampleTask("build");
    await tasks.save(task);
    task.cancel();
    await tasks.save(task);
    check(await tasks.count({ status: "pending" }), 0, "`status` must be looked up in the newest document");
    check(await tasks.count({ status: "cancelled" }), 1, "`status` must be looked up in the newest document");
  });

  test("tasks are found by their type", async ({ tasks }) => {
    await tasks.save(sampleTask("a", { type: "http" }));
    await tasks.save(sampleTask("b", { type: "mail" }));
    check(
      (await tasks.find({ type: "mail" })).map(({ title }) => title),
      ["b"],
      "`tasks.find` must go by `type`",
    );
    check(await tasks.count({ type: "mail", status: "done" }), 0, "`type` and `status` must both hold");
  });

  test("a limit gives the tasks that were saved first", async ({ tasks }) => {
    for (const title of ["a", "b", "c"]) await tasks.save(sampleTask(title));
    const limited = async (limit: number): Promise<string[]> => (await tasks.find({ limit })).map(({ title }) => title);
    check(await limited(2), ["a", "b"], "`limit` must keep the first ones in order");
    check(await limited(0), [], "`limit: 0` must find nothing");
    check(await limited(9), ["a", "b", "c"], "a `limit` beyond the end must find everything");
    check(await tasks.count({ limit: 2 }), 2, "`tasks.count` must heed `limit`");
  });

  test("a query for something that does not exist is refused", async ({ tasks }) => {
    const kindOf = async (query: object): Promise<string> => errorKind(await thrownBy(() => tasks.find(query)));
    check(
      await kindOf({ status: "sleeping" }),
      "TypeError",
      "`tasks.find` must throw a TypeError for an unknown state",
    );
    check(await kindOf({ limit: -1 }), "TypeError", "`tasks.find` must throw a TypeError for a negative limit");
    check(await kindOf({ titel: "x" }), "TypeError", "`tasks.find` must throw a TypeError for an unknown field");
  });
}
