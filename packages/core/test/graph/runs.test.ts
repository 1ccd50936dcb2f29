import { describe, expect, it } from "vitest";
import {
  AsyncDocumentStore,
  InMemoryStore,
  Run,
  RunStatus,
  StoreError,
  Task,
  TaskExecutor,
  TaskGraph,
  type GraphRunner,
  type JsonObject,
} from "@ttasks/core";
import { asyncDriver, FailingStore, MapDriver, VirtualClock } from "@ttasks/testkit";
import { named, recordingExecutor } from "./recording-executor.ts";

const plain = (run: Run): JsonObject => JSON.parse(JSON.stringify(run)) as JsonObject;

function graphOf(...titles: readonly string[]): TaskGraph {
  const graph = new TaskGraph({ title: "g" });
  for (const title of titles) graph.add(named(title));
  return graph;
}

describe("the record of a run", () => {
  it("tells when a run was, what started it, how it ended, and what became of the tasks", async () => {
    const clock = new VirtualClock();
    const graph = graphOf("a", "fail b", "cancel c");
    const [, b] = graph.tasks;
    graph.add(named("d"), { after: [b!] });
    graph.add(named("e"), { after: [{ task: graph.tasks[0]!, on: "failure" }] });
    graph.add(new Task({ type: "unknown", payload: 1, title: "f" }));
    const { executor } = recordingExecutor();
    const startedAt = new Date(clock.now());
    await graph.run(executor, { concurrency: 3, clock });
    const [run] = graph.runs;
    expect(graph.runs).toHaveLength(1);
    expect(run).toMatchObject({
      graphId: graph.id,
      title: "g",
      status: "failed",
      trigger: "run",
      rerunOf: undefined,
      reset: undefined,
      concurrency: 3,
      failFast: false,
      failedFast: undefined,
      startedAt,
      counts: { total: 6, done: 1, failed: 1, cancelled: 1, blocked: 1, skipped: 1, notStarted: 1 },
    });
    expect(run?.finishedAt).toBeInstanceOf(Date);
    expect(run?.durationMs).toBeGreaterThanOrEqual(0);
    expect(run?.refused).toEqual([
      { taskId: graph.tasks[5]?.id, reason: expect.stringContaining('register("unknown"') as string },
    ]);
  });

  it("is done where the graph is ok, cancelled where it was aborted before that, failed otherwise", async () => {
    const { executor } = recordingExecutor();
    const statusOf = async (graph: TaskGraph, signal?: AbortSignal): Promise<RunStatus | undefined> =>
      (await graph.run(executor, { signal })).runs.at(-1)?.status;
    expect(await statusOf(graphOf("a"))).toBe(RunStatus.DONE);
    expect(await statusOf(graphOf("fail a"))).toBe(RunStatus.FAILED);
    expect(await statusOf(graphOf("a"), AbortSignal.abort())).toBe(RunStatus.CANCELLED);
    expect(await statusOf(graphOf(), AbortSignal.abort())).toBe(RunStatus.DONE);
  });

  it("is there while the run goes on, with what was known at the start", async () => {
    const graph = graphOf("a", "b");
    const seen: unknown[] = [];
    const executor = TaskExecutor.empty().register("any", () => {
      const [run] = graph.runs;
      seen.push([run?.status, run?.finishedAt, run?.durationMs, run?.counts.notStarted]);
    });
    await graph.run(executor);
    expect(seen).toEqual([
      ["running", undefined, undefined, 2],
      ["running", undefined, undefined, 2],
    ]);
  });

  it("names the task whose failure kept others from starting", async () => {
    const graph = graphOf("fail a", "fail b", "c");
    await graph.run(recordingExecutor().executor, { failFast: true, concurrency: 1 });
    expect(graph.runs[0]).toMatchObject({ failFast: true, failedFast: graph.tasks[0]?.id, status: "failed" });
    expect(graph.runs[0]?.counts).toMatchObject({ failed: 1, notStarted: 2 });
  });

  it("names the first 100 tasks that could not start, however many there are", async () => {
    const graph = new TaskGraph({ title: "g" });
    for (let index = 0; index < 150; index++) graph.add(named(`t${index}`));
    await graph.run(TaskExecutor.empty());
    expect(graph.runs[0]?.refused.map(({ taskId }) => taskId)).toEqual(graph.tasks.slice(0, 100).map(({ id }) => id));
  });

  it("keeps the newest 100 runs, oldest first", async () => {
    const graph = graphOf();
    const { executor } = recordingExecutor();
    for (let index = 0; index < 103; index++) await graph.run(executor);
    expect(graph.runs).toHaveLength(100);
    expect(new Set(graph.runs).size).toBe(100);
    const newest = graph.runs.at(-1);
    await graph.run(executor);
    expect(graph.runs.at(-2)).toBe(newest);
  });

  it("is no record of a run that could not begin", async () => {
    const graph = graphOf();
    graph.add(named("a"), { after: [named("not in the graph")] });
    await expect(graph.run(recordingExecutor().executor)).rejects.toThrow("not in the graph");
    await expect(graph.run(recordingExecutor().executor, { concurrency: 0 })).rejects.toThrow(TypeError);
    expect(graph.runs).toEqual([]);
  });

  it("is ended also where the runner threw", async () => {
    const graph = graphOf("a");
    const runner: GraphRunner = {
      execute: () => Promise.reject(new Error("not reached")),
      saveGraph: () => Promise.reject(new Error("no store")),
    };
    await expect(graph.run(runner)).rejects.toThrow("no store");
    expect(graph.runs.map(({ status }) => status)).toEqual(["failed"]);
  });
});

describe("the stored form of a run", () => {
  it("is plain JSON that gives back the run; its type is the id of the graph", async () => {
    const graph = graphOf("fail a", "b");
    graph.add(new Task({ type: "unknown", payload: 1 }));
    const { executor } = recordingExecutor();
    await graph.run(executor, { concurrency: Infinity, pools: { db: 1, any: Infinity }, failFast: true });
    await graph.rerun(executor, { failed: true });
    for (const run of graph.runs) {
      const document = plain(run);
      expect(document).toMatchObject({ type: graph.id, createdAt: run.startedAt.getTime(), status: run.status });
      const read = Run.fromJSON(document);
      expect(plain(read)).toEqual(document);
      expect([read.startedAt, read.finishedAt, read.concurrency]).toEqual([
        run.startedAt,
        run.finishedAt,
        run.concurrency,
      ]);
    }
    expect(graph.runs[0]?.pools).toEqual({ db: 1 });
    expect(graph.runs[0]?.concurrency).toBe(Infinity);
  });

  it.each<[string, JsonObject]>([
    ["without a graph", { type: undefined }],
    ["in a state that there is not", { status: "odd" }],
    ["started by nothing", { trigger: "wind" }],
    ["without a start", { createdAt: "today" }],
    ["without counts", { counts: undefined }],
    ["with half a task", { counts: { total: 0.5 } }],
    ["with refused tasks that are no list", { refused: 1 }],
    ["without a revision", { revision: -1 }],
    ["with reset tasks that are no list", { reset: { count: 1, taskIds: 3 } }],
    ["with pools that are no object", { pools: 3 }],
  ])("%s is refused when it is read", async (_, wrong) => {
    const graph = await graphOf("a").run(recordingExecutor().executor);
    const document = { ...plain(graph.runs[0]!), ...wrong };
    expect(() => Run.fromJSON(document)).toThrow(StoreError);
    expect(() => Run.fromJSON(document)).toThrow(/is damaged/);
  });
});

describe("keeping runs in a store", () => {
  it("a run is stored with its graph before the first task, and again when it has ended, before its event", async () => {
    const store = new FailingStore();
    const executor = TaskExecutor.empty({ store });
    const log: unknown[] = [];
    const note = (what: string): void => {
      const [run] = store.runs.find();
      log.push([what, run?.status, store.graphs.count()]);
    };
    executor.register("any", () => note("task"));
    const graph = graphOf("a");
    graph.events.subscribe(({ type }) => note(type));
    await graph.run(executor);
    expect(log).toEqual([
      ["run_started", "running", 1],
      ["task", "running", 1],
      ["run_finished", "done", 1],
    ]);
  });

  it("costs one write beside those of the lease, of the graph and its tasks", async () => {
    const store = new FailingStore();
    await graphOf().run(TaskExecutor.empty({ store }));
    expect(store.driver.writeCount).toBe(3);
  });

  it("a save that fails is a persistence error, and the run goes on", async () => {
    const store = new FailingStore();
    const { executor, ran } = recordingExecutor({ store });
    store.driver.failAllWrites();
    const graph = await graphOf("a").run(executor);
    expect([graph.ok, ran, executor.persistenceErrorCount]).toEqual([true, ["a"], 6]);
    store.driver.heal();
    await graph.run(executor);
    expect(store.runs.find({ graph: graph.id }).map(({ status }) => status)).toEqual(["done", "done"]);
  });

  it("a run that was aborted before it was planned is not stored", async () => {
    const store = new InMemoryStore();
    const graph = graphOf(...Array.from({ length: 3_000 }, (_, index) => `t${index}`));
    const controller = new AbortController();
    const clock = new VirtualClock();
    // Every look at the clock takes long, so that the plan is made in several turns.
    let now = 0;
    const slow = Object.assign(Object.create(clock) as VirtualClock, {
      now: () => 0,
      monotonic: () => (now += 10),
      defer: (callback: () => void) => {
        controller.abort();
        setTimeout(callback);
      },
    });
    await graph.run(TaskExecutor.empty({ store }), { signal: controller.signal, clock: slow });
    expect(graph.runs.map(({ status, counts }) => [status, counts.notStarted])).toEqual([["cancelled", 3_000]]);
    expect([store.graphs.size, store.runs.size]).toEqual([0, 0]);
  });

  it("a store that answers with promises keeps them as well", async () => {
    const store = new AsyncDocumentStore(asyncDriver(new MapDriver()));
    const { executor } = recordingExecutor({ store });
    const graph = graphOf("a", "fail b");
    await graph.run(executor);
    await graph.rerun(executor, { failed: true });
    const read = await store.graphs.get(graph.id);
    expect(read?.runs.map(plain)).toEqual(graph.runs.map(plain));
    expect(await store.runs.count({ graph: graph.id, status: "failed" })).toBe(2);
    await store.graphs.delete(graph);
    expect(await store.runs.count()).toBe(0);
  });

  it("a query for something that does not exist is refused", () => {
    const { runs } = new InMemoryStore();
    expect(() => runs.find({ status: "odd" as RunStatus })).toThrow(TypeError);
    expect(() => runs.find({ graph: 3 as never })).toThrow(TypeError);
    expect(() => runs.find({ grph: "x" } as never)).toThrow(/grph/);
    expect(() => runs.save(graphOf() as never)).toThrow("a Run");
  });
});
