import { TaskExecutor, TaskGraph, type Explanation, type Store } from "@ttasks/core";
import { SAMPLE_TYPE, sampleTask } from "../fixtures/sample-tasks.ts";
import type { StoreSuite } from "./store-suite.ts";

/** Why tasks are as they are. Left out for a store that does not explain. */
export function testExplanations({ test, check }: StoreSuite): void {
  test("a task is explained by its id as its graph explains it", async (store) => {
    const graph = new TaskGraph({ title: "release" });
    const build = graph.add(sampleTask("build"));
    const pack = graph.add(sampleTask("pack"), { after: [build] });
    graph.add(sampleTask("odd", { type: "nobody runs this" }));
    await graph.run(executorOf(store));
    for (const task of graph.tasks)
      check(
        await explain(store, task.id),
        graph.explain(task),
        "`explain` must tell what the graph tells: read the graph, its tasks and its newest run",
      );
    check(
      (await explain(store, pack.id))?.causes.map(({ title, kind }) => [title, kind]),
      [
        ["pack", "blocked"],
        ["build", "failed"],
      ],
      "`explain` must give the chain of causes down to the task that failed",
    );
  });

  test("of the graphs that hold a task the one that ran last explains it", async (store) => {
    const shared = sampleTask("shared");
    const graphs = ["first", "second", "third"].map((title) => new TaskGraph({ title }));
    for (const graph of graphs) {
      graph.add(shared);
      await store.graphs.save(graph);
    }
    await graphs[1]!.run(executorOf(store));
    check((await explain(store, shared.id))?.graphId, graphs[1]!.id, "`explain` must go by the newest run");
  });

  test("a task that is in no graph is explained by itself, and one that is not stored is not", async (store) => {
    const alone = sampleTask("alone");
    await store.tasks.save(alone);
    check((await explain(store, alone.id))?.kind, "not_started", "`explain` must know tasks that are in no graph");
    check(await explain(store, "nobody"), undefined, "`explain` of a task that is not stored must be undefined");
  });
}

function executorOf(store: Store): TaskExecutor {
  const fail = (): never => {
    throw new Error("it broke");
  };
  return new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: fail } });
}

function explain(store: Store, id: string): Explanation | undefined | Promise<Explanation | undefined> {
  if (!store.explain)
    throw new TypeError("The store has no `explain`: write one, or declare the ability `explains: false`");
  return store.explain(id);
}
