import { TaskGraph, type Pruned, type PruneOptions, type Store, type Task } from "@ttasks/core";
import { doneTask, failedTask, sampleTask } from "../fixtures/sample-tasks.ts";
import type { StoreSuite } from "./store-suite.ts";

const SOON = (): Date => new Date(Date.now() + 60_000);

/** Removing what is old. Left out for a store that does not prune. */
export function testPruning({ test, check }: StoreSuite): void {
  test("old tasks that have ended are removed, and no others", async (store) => {
    const [done, failed, pending] = [await doneTask("done"), await failedTask("failed"), sampleTask("pending")];
    for (const task of [done, failed, pending]) await store.tasks.save(task);
    check(
      await prune(store, { olderThan: new Date(0) }),
      { tasks: 0, graphs: 0 },
      "`prune` must keep what ended after `olderThan`",
    );
    check(
      await prune(store, { olderThan: SOON(), status: "failed" }),
      { tasks: 1, graphs: 0 },
      "`prune` must go by `status`",
    );
    check(await prune(store, { olderThan: SOON() }), { tasks: 1, graphs: 0 }, "`prune` must say how much it removed");
    check(
      [await store.tasks.has(pending), await store.tasks.count()],
      [true, 1],
      "`prune` must keep what has not ended",
    );
  });

  test("a graph goes with its tasks, together or not at all", async (store) => {
    const shared = await doneTask("shared");
    const old = graphOf("old", [await doneTask("a"), shared]);
    const current = graphOf("current", [await doneTask("b"), sampleTask("still to do"), shared]);
    for (const graph of [old, current]) await store.graphs.save(graph);
    check(
      await prune(store, { olderThan: SOON() }),
      { tasks: 1, graphs: 1 },
      "`prune` must remove a graph whose tasks may all go, and keep the tasks of a graph that stays",
    );
    check(
      [await store.graphs.has(old), (await store.graphs.get(current.id))?.tasks.length],
      [false, 3],
      "a graph that `prune` keeps must be readable",
    );
  });
}

function graphOf(title: string, tasks: readonly Task[]): TaskGraph {
  const graph = new TaskGraph({ title });
  for (const task of tasks) graph.add(task);
  return graph;
}

function prune(store: Store, options: PruneOptions): Pruned | Promise<Pruned> {
  if (!store.prune) throw new TypeError("The store has no `prune`: write one, or declare the ability `prunes: false`");
  return store.prune(options);
}
