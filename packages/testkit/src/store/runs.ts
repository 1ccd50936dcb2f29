import { Run, TaskExecutor, TaskGraph, type RunFields, type Store } from "@ttasks/core";
import { doneTask, SAMPLE_TYPE, sampleGraph, sampleTask } from "../fixtures/sample-tasks.ts";
import type { StoreSuite } from "./store-suite.ts";

/** The records of the runs of graphs. */
export function testRuns(suite: StoreSuite): void {
  testKeeping(suite);
  testFinding(suite);
  testDeleting(suite);
  if (suite.contract.abilities.prunes ?? true) testPruning(suite);
  if (suite.contract.reopen) testReopening(suite);
}

function testKeeping({ test, check }: StoreSuite): void {
  test("a run is stored when it starts, before the first task, and when it has ended", async (store) => {
    const graph = sampleGraph("release");
    let atStart: Promise<string[]> | undefined;
    const executor = executorOf(store);
    executor.events.subscribe(() => {
      atStart ??= statusesOf(store, graph);
    });
    await graph.run(executor);
    check(await atStart, ["running"], "`graphs.save` must store the runs of the graph as well");
    check(await statusesOf(store, graph), ["done"], "`runs.save` must store the end of a run over its start");
    check(executor.persistenceErrors.map(String), [], "no save of a run may fail");
  });

  test("a run comes back with all that is known of it", async (store) => {
    const graph = new TaskGraph({ title: "release" });
    const broken = graph.add(sampleTask("broken", { type: "nobody runs this" }));
    graph.add(sampleTask("after"), { after: [broken] });
    const executor = executorOf(store);
    await graph.run(executor, { concurrency: 3, failFast: true, pools: { db: 1 } });
    await graph.rerun(executor, { failed: true });
    for (const run of graph.runs)
      check((await store.runs.get(run.id))?.toJSON(), run.toJSON(), "`runs.get` must give the run as it was saved");
  });

  test("a graph comes back with its runs, oldest first", async (store) => {
    const graph = sampleGraph("release");
    const executor = executorOf(store);
    await graph.run(executor);
    await graph.rerun(executor, { from: graph.tasks[0]!, downstream: true });
    await sampleGraph("another").run(executor);
    check(
      (await store.graphs.get(graph.id))?.runs.map((run) => run.toJSON()),
      graph.runs.map((run) => run.toJSON()),
      "`graphs.get` must give the graph's own runs, in the order in which they started",
    );
  });

  test("a graph comes back with its newest 100 runs, and all of them are stored", async (store) => {
    const graph = new TaskGraph({ title: "often" });
    await store.graphs.save(graph);
    const runs = Array.from({ length: 103 }, (_, index) => sampleRun(graph, { startedAt: 1_000 + index }));
    for (const run of runs) await store.runs.save(run);
    check(await store.runs.count({ graph: graph.id }), 103, "`runs` must keep every run");
    const read = await store.graphs.get(graph.id);
    // A store that keeps live references gives the very graph, with the runs that it made itself.
    if (read !== graph)
      check(
        read?.runs.map(({ id }) => id),
        runs.slice(3).map(({ id }) => id),
        "`graphs.get` must give the newest 100 runs: heed `order` and `limit` of `scan`",
      );
  });

  test("saving a graph that ran without a store saves its runs", async (store) => {
    const graph = sampleGraph("release");
    await graph.run(executorOf());
    await store.graphs.save(graph);
    check(await statusesOf(store, graph), ["done"], "`graphs.save` must store the runs of the graph as well");
  });
}

function testFinding({ test, check }: StoreSuite): void {
  test("runs are found by their graph and their state", async (store) => {
    const [first, second] = [new TaskGraph({ title: "first" }), new TaskGraph({ title: "second" })];
    const runs = [
      sampleRun(first, { status: "failed" }),
      sampleRun(second, { status: "failed" }),
      sampleRun(first, { status: "done" }),
      sampleRun(first, { status: "cancelled" }),
    ];
    for (const run of runs) await store.runs.save(run);
    const found = async (...query: Parameters<Store["runs"]["find"]>): Promise<number[]> =>
      (await store.runs.find(...query)).map(({ id }) => runs.findIndex((run) => run.id === id));
    check(await found(), [0, 1, 2, 3], "`runs.find` must give the runs in the order of their first save");
    check(await found({ graph: first.id }), [0, 2, 3], "`runs.find` must heed `graph`");
    check(await found({ status: "failed" }), [0, 1], "`runs.find` must heed `status`");
    check(
      await found({ graph: first.id, status: ["done", "cancelled"] }),
      [2, 3],
      "`runs.find` must heed several states, and `graph` with them",
    );
    check(
      await found({ graph: first.id, order: "desc", offset: 1, limit: 1 }),
      [2],
      "`runs.find` must heed `order`, `offset` and `limit`",
    );
    check(await store.runs.count({ graph: first.id }), 3, "`runs.count` must heed the query");
    check(await found({ graph: "nobody" }), [], "`runs.find` of a graph without runs must be empty");
  });
}

function testDeleting({ test, check }: StoreSuite): void {
  test("deleting a graph deletes its runs, and no others", async (store) => {
    const [gone, kept] = [sampleGraph("gone"), sampleGraph("kept")];
    const executor = executorOf(store);
    for (const graph of [gone, kept]) await graph.run(executor);
    check(await store.graphs.delete(gone), true, "`graphs.delete` of a stored graph must be true");
    check(await statusesOf(store, gone), [], "`graphs.delete` must delete the runs of the graph");
    check(await statusesOf(store, kept), ["done"], "`graphs.delete` must leave the runs of other graphs");
    check(await store.graphs.delete(gone), false, "`graphs.delete` of a graph that is not stored must be false");
  });

  test("clearing the graphs clears the runs", async (store) => {
    await sampleGraph("release").run(executorOf(store));
    await store.graphs.clear();
    check(await store.runs.count(), 0, "`graphs.clear` must clear the runs");
  });

  test("deleting a run leaves its graph", async (store) => {
    const graph = sampleGraph("release");
    await graph.run(executorOf(store));
    check(await store.runs.delete(graph.runs[0]!), true, "`runs.delete` of a stored run must be true");
    check(
      [await store.runs.count(), await store.graphs.count(), await store.tasks.count()],
      [0, 1, 4],
      "`runs.delete` must remove the run alone",
    );
  });
}

function testPruning({ test, check }: StoreSuite): void {
  test("pruning a graph prunes its runs, and no others", async (store) => {
    const [old, current] = [new TaskGraph({ title: "old" }), new TaskGraph({ title: "current" })];
    old.add(await doneTask("a"));
    current.add(sampleTask("still to do"));
    for (const graph of [old, current]) {
      await store.graphs.save(graph);
      await store.runs.save(sampleRun(graph, { status: "done" }));
    }
    await store.prune?.({ olderThan: new Date(Date.now() + 60_000) });
    check(
      [await statusesOf(store, old), await statusesOf(store, current)],
      [[], ["done"]],
      "`prune` must remove the runs of the graphs that it removes",
    );
  });
}

function testReopening({ test, check, contract }: StoreSuite): void {
  test("runs are there when the store is opened again", async (store) => {
    const graph = sampleGraph("release");
    await graph.run(executorOf(store));
    const again = await contract.reopen!(store);
    check(
      (await again.graphs.get(graph.id))?.runs.map((run) => run.toJSON()),
      graph.runs.map((run) => run.toJSON()),
      "a stored run must outlive the closing of the store",
    );
    await contract.close?.(again);
  });
}

function executorOf(store?: Store): TaskExecutor {
  return new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: ({ task }) => task.title } });
}

async function statusesOf({ runs }: Store, graph: TaskGraph): Promise<string[]> {
  return (await runs.find({ graph: graph.id })).map(({ status }) => status);
}

function sampleRun({ id: graphId, title }: TaskGraph, fields: Partial<RunFields>): Run {
  const counts = { total: 0, done: 0, failed: 0, cancelled: 0, blocked: 0, skipped: 0, notStarted: 0 };
  return new Run({ graphId, title, status: "running", trigger: "run", startedAt: 1_000, counts, ...fields });
}
