import { TaskExecutor, TaskGraph, type Store } from "@ttasks/core";
import { SAMPLE_TYPE, sampleGraph, sampleTask } from "../fixtures/sample-tasks.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** Saving, reading and deleting graphs, and what becomes of their tasks. */
export function testGraphCollection(suite: StoreSuite): void {
  testSaving(suite);
  testTopology(suite);
  testUse(suite);
  testDeleting(suite);
  if (suite.contract.abilities.reads === "snapshots") testMissingMember(suite);
}

function testSaving({ test, check }: StoreSuite): void {
  test("a saved graph comes back with its title, edges, flags and tasks", async ({ graphs }) => {
    const graph = sampleGraph("release");
    await graphs.save(graph);
    const read = await graphs.get(graph.id);
    check(read?.toJSON(), graph.toJSON(), "`graphs.get` must give title, edges and flags as they were saved");
    check(
      read?.tasks.map((task) => task.toJSON()),
      graph.tasks.map((task) => task.toJSON()),
      "`graphs.get` must give the graph's tasks, in the order in which they were added",
    );
  });

  test("saving a graph saves its tasks", async ({ graphs, tasks }) => {
    const graph = sampleGraph("release");
    await graphs.save(graph);
    for (const task of graph.tasks)
      check(
        (await tasks.get(task.id))?.toJSON(),
        task.toJSON(),
        "`graphs.save` must store every task of the graph under `tasks`",
      );
  });

  test("saving a graph again stores the tasks that were added since", async ({ graphs, tasks }) => {
    const graph = sampleGraph("release");
    await graphs.save(graph);
    const publish = graph.add(sampleTask("publish"), {
      after: graph.leaves().filter((task) => task.title !== "report"),
    });
    await graphs.save(graph);
    check((await graphs.get(graph.id))?.tasks.length, 5, "`graphs.save` must replace the stored edges");
    check(await tasks.has(publish), true, "`graphs.save` must store members that are new");
  });
}

function testTopology({ test, check }: StoreSuite): void {
  test("a graph keeps a dependency that is not in it yet", async ({ graphs }) => {
    const graph = new TaskGraph({ title: "unfinished" });
    graph.add(sampleTask("build"), { after: [sampleTask("comes later")] });
    await graphs.save(graph);
    check(
      (await graphs.get(graph.id))?.toJSON(),
      graph.toJSON(),
      "edges to tasks that are not in the graph must be stored as well",
    );
  });

  test("a saved graph comes back with the conditions of its edges, its pools and its priorities", async ({
    graphs,
  }) => {
    const graph = new TaskGraph({ title: "conditions" });
    const build = graph.add(sampleTask("build"), { pool: "cpu", priority: 2.5 });
    const fix = graph.add(sampleTask("fix"), { after: [{ task: build, on: "failure" }], priority: -1 });
    graph.add(sampleTask("tell"), { after: [build, { task: fix, on: "done" }], pool: "net" });
    await graphs.save(graph);
    const read = await graphs.get(graph.id);
    check(read?.toJSON(), graph.toJSON(), "conditions, pools and priorities must be stored as the document has them");
    check(
      read?.tasks.map((task) => read.dependencies(task).map((edge) => [edge.task.title, edge.on])),
      [
        [],
        [["build", "failure"]],
        [
          ["build", "success"],
          ["fix", "done"],
        ],
      ],
      "`graphs.get` must give edges with their conditions",
    );
  });

  test("a graph without tasks can be saved", async ({ graphs }) => {
    const graph = new TaskGraph({ title: "empty" });
    await graphs.save(graph);
    check((await graphs.get(graph.id))?.toJSON(), graph.toJSON(), "an empty graph must be stored");
  });
}

function testUse({ test, check }: StoreSuite): void {
  test("a graph that was read can be run", async (store) => {
    const graph = sampleGraph("release");
    await store.graphs.save(graph);
    const read = await store.graphs.get(graph.id);
    await read?.run(new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: ({ task }) => task.title } }));
    check(read?.ok, true, "a graph that was read must run as the saved one does");
    check(await statesOf(store), ["done", "done", "done", "done"], "the states of a run must be stored");
  });

  test("two graphs may share a task", async ({ graphs, tasks }) => {
    const shared = sampleTask("shared");
    const [first, second] = [new TaskGraph({ title: "first" }), new TaskGraph({ title: "second" })];
    for (const graph of [first, second]) {
      graph.add(shared);
      await graphs.save(graph);
    }
    check(await tasks.count(), 1, "a task of two graphs must be stored once");
    await graphs.delete(first);
    check(
      (await graphs.get(second.id))?.tasks[0]?.title,
      "shared",
      "deleting one graph must not take the task from the other",
    );
  });
}

function testDeleting({ test, check }: StoreSuite): void {
  test("deleting a graph leaves its tasks", async ({ graphs, tasks }) => {
    const graph = sampleGraph("release");
    await graphs.save(graph);
    check(await graphs.delete(graph), true, "`graphs.delete` of a stored graph must be true");
    check(await graphs.get(graph.id), undefined, "`graphs.delete` must remove the graph");
    check(await tasks.count(), 4, "`graphs.delete` must leave the tasks");
  });

  test("clearing the graphs leaves their tasks", async ({ graphs, tasks }) => {
    for (const title of ["one", "two"]) await graphs.save(sampleGraph(title));
    await graphs.clear();
    check(await graphs.count(), 0, "`graphs.clear` must remove every graph");
    check(await tasks.count(), 8, "`graphs.clear` must leave the tasks");
  });

  test("a limit gives the graphs that were saved first", async ({ graphs }) => {
    for (const title of ["a", "b", "c"]) await graphs.save(sampleGraph(title));
    check(
      (await graphs.find({ limit: 2 })).map(({ title }) => title),
      ["a", "b"],
      "`graphs.find` must heed `limit`",
    );
    check(await graphs.count({ limit: 2 }), 2, "`graphs.count` must heed `limit`");
    check(await graphs.count(), 3, "`graphs.count` must count all graphs");
  });
}

function testMissingMember({ test, check }: StoreSuite): void {
  test("a graph whose task was deleted cannot be read, and the error names the task", async ({ graphs, tasks }) => {
    const graph = sampleGraph("release");
    await graphs.save(graph);
    const [prepare] = graph.tasks;
    check(await tasks.delete(prepare!), true, "a task of a graph may be deleted");
    const error = await thrownBy(() => graphs.get(graph.id));
    check(
      errorKind(error),
      "missing_task",
      "`graphs.get` must throw a StoreError `missing_task` when a task of the graph was deleted",
    );
    check((error as Error).message.includes(prepare!.id), true, "the StoreError must name the task that is missing");
    check(await graphs.has(graph.id), true, "the graph itself must stay in the store");
  });
}

async function statesOf({ tasks }: Store): Promise<string[]> {
  return (await tasks.find()).map(({ status }) => status);
}
