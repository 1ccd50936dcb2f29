import { TaskGraph } from "@ttasks/core";
import { makeUnstorable } from "../fixtures/make-unstorable.ts";
import { sampleGraph, sampleTask } from "../fixtures/sample-tasks.ts";
import { thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** A save is all or nothing. */
export function testTransactions(suite: StoreSuite): void {
  testGraphSaves(suite);
  testTaskSaves(suite);
}

function testGraphSaves({ test, check }: StoreSuite): void {
  test("a graph save that fails half-way stores nothing of it", async ({ graphs, tasks }) => {
    const graph = sampleGraph("release");
    const heal = makeUnstorable(graph.tasks[2]!);
    check(
      (await thrownBy(() => graphs.save(graph))) !== undefined,
      true,
      "`graphs.save` must throw when a document cannot be written",
    );
    check(
      [await graphs.count(), await tasks.count()],
      [0, 0],
      "`graphs.save` must be one transaction: no task and no graph may stay behind when it fails",
    );
    heal();
    await graphs.save(graph);
    check(
      [await graphs.count(), await tasks.count()],
      [1, 4],
      "the store must be usable after a failed save, and the same graph storable",
    );
  });

  test("a graph save that fails half-way leaves the state of before", async ({ graphs, tasks }) => {
    const graph = sampleGraph("release");
    await graphs.save(graph);
    const [prepare, , lint] = graph.tasks;
    prepare!.title = "prepare more";
    lint!.title = "lint more";
    const heal = makeUnstorable(lint!);
    await thrownBy(() => graphs.save(graph));
    check((await tasks.get(prepare!.id))?.title, "prepare", "a failed `graphs.save` must leave every task as it was");
    heal();
    await graphs.save(graph);
    check(
      (await tasks.get(prepare!.id))?.title,
      "prepare more",
      "what a failed save could not store must be stored by the next one",
    );
  });
}

function testTaskSaves({ test, check }: StoreSuite): void {
  test("a task save that fails leaves the stored state and the task's revision", async ({ tasks }) => {
    const task = sampleTask("build");
    await tasks.save(task);
    const { revision } = task;
    task.title = "changed";
    const heal = makeUnstorable(task);
    check(
      (await thrownBy(() => tasks.save(task))) !== undefined,
      true,
      "`tasks.save` must throw when the document cannot be written",
    );
    check(
      [(await tasks.get(task.id))?.title, task.revision],
      ["build", revision],
      "a failed save must change neither what is stored nor the task's revision",
    );
    heal();
    await tasks.save(task);
    check((await tasks.get(task.id))?.title, "changed", "the next save must succeed");
  });

  test("a graph of 2,000 tasks is saved and read whole", async ({ graphs, tasks }) => {
    const graph = new TaskGraph({ title: "large" });
    for (let index = 0; index < 2_000; index++)
      graph.add(sampleTask(`task ${index}`), { after: graph.tasks.slice(-1) });
    await graphs.save(graph);
    check(await tasks.count(), 2_000, "`graphs.save` must store all tasks, however many");
    check(
      (await graphs.get(graph.id))?.tasks[1_999]?.title,
      "task 1999",
      "`graphs.get` must read all tasks, however many",
    );
  });
}
