import { HandlerOutput } from "@ttasks/core";
import { doneTask, sampleGraph, sampleTask } from "../fixtures/sample-tasks.ts";
import type { StoreSuite } from "./store-suite.ts";

/** Reads of a store whose objects are detached from what is stored. */
export function testSnapshots({ test, check }: StoreSuite): void {
  test("each read gives an object of its own", async ({ tasks }) => {
    const task = sampleTask("build");
    await tasks.save(task);
    const [first, second] = [await tasks.get(task.id), await tasks.get(task.id)];
    check(
      first === task || second === task,
      false,
      "`tasks.get` must not give the live task back: make a task of the stored document at each read",
    );
    check(
      first === second,
      false,
      "`tasks.get` must not give one object twice: changes by one reader would reach another",
    );
  });

  test("changing a task that was read does not reach the store", async ({ tasks }) => {
    const task = sampleTask("build");
    await tasks.save(task);
    const read = await tasks.get(task.id);
    read!.title = "changed";
    check((await tasks.get(task.id))?.title, "build", "only `save` may change what is stored");
  });

  test("changing a task after its save does not reach the store", async ({ tasks }) => {
    const task = sampleTask("build");
    const saving = tasks.save(task);
    task.title = "changed";
    await saving;
    check((await tasks.get(task.id))?.title, "build", "`tasks.save` must take the state of the moment of its call");
  });

  test("the tasks of a graph that was read are detached as well", async ({ graphs, tasks }) => {
    const graph = sampleGraph("release");
    await graphs.save(graph);
    const read = await graphs.get(graph.id);
    read!.tasks[0]!.cancel();
    check(graph.tasks[0]!.status, "pending", "`graphs.get` must not give live tasks back");
    check((await tasks.get(graph.tasks[0]!.id))?.status, "pending", "only `save` may change what is stored");
  });

  test("the handler's own result object is not stored", async ({ tasks }) => {
    const task = await doneTask("build", new HandlerOutput({ output: "ok", raw: { pid: 1 } }));
    await tasks.save(task);
    check((await tasks.get(task.id))?.result?.raw, undefined, "`raw` belongs to the process: it must not be stored");
  });
}

/** Reads of a store that keeps the objects themselves. */
export function testLiveReferences({ test, check }: StoreSuite): void {
  test("a read gives the very object that was saved", async ({ tasks, graphs }) => {
    const task = sampleTask("build");
    const graph = sampleGraph("release");
    await tasks.save(task);
    await graphs.save(graph);
    check((await tasks.get(task.id)) === task, true, "`tasks.get` of a live store must give the saved object");
    check((await graphs.get(graph.id)) === graph, true, "`graphs.get` of a live store must give the saved object");
    check(
      (await tasks.get(graph.tasks[0]!.id)) === graph.tasks[0],
      true,
      "the tasks of a saved graph must be the live ones",
    );
  });

  test("a change of a saved task is seen at once", async ({ tasks }) => {
    const task = sampleTask("build");
    await tasks.save(task);
    task.cancel();
    check(
      (await tasks.find({ status: "cancelled" }))[0] === task,
      true,
      "`tasks.find` of a live store must go by the live state",
    );
  });
}
