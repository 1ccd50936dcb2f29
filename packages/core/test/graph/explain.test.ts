import { describe, expect, it } from "vitest";
import {
  AsyncDocumentStore,
  DocumentStore,
  GraphError,
  InMemoryStore,
  Task,
  TaskExecutor,
  TaskGraph,
  type AddOptions,
  type Explanation,
  type RunOptions,
  type Store,
} from "@ttasks/core";
import { asyncDriver, MapDriver, settle, VirtualClock } from "@ttasks/testkit";
import { Gate } from "../executor/gate.ts";
import { named, recordingExecutor } from "./recording-executor.ts";

const chain = ({ causes }: Explanation): readonly string[] =>
  causes.map(({ title, kind, link }) => [title, kind, link].filter(Boolean).join(" "));

/** So many that a busy machine is through with what it can do now. */
async function turns(): Promise<void> {
  for (let count = 0; count < 10; count++) await settle();
}

/** A graph whose tasks are known by their titles. */
function bench(): { graph: TaskGraph; add: (title: string, options?: AddOptions, type?: string) => Task } {
  const graph = new TaskGraph({ title: "g" });
  return {
    graph,
    add: (title, options, type = "any") => graph.add(new Task({ type, payload: 1, title }), options),
  };
}

/** Runs the graph until its tasks wait for the gate, looks at it, and lets it end. */
async function during<T>(graph: TaskGraph, options: RunOptions, look: () => T): Promise<T> {
  const gate = new Gate();
  const executor = TaskExecutor.empty().register("any", async ({ task }) => {
    if (task.title.startsWith("fail")) throw new Error(`${task.title} broke\nin many ways`);
    await gate.promise;
  });
  const running = graph.run(executor, options);
  await turns();
  const seen = look();
  gate.open();
  await running;
  return seen;
}

describe("graph.explain", () => {
  it("of a task that has ended tells how", async () => {
    const { graph, add } = bench();
    const [ok, failed, cancelled] = [add("ok"), add("fail test"), add("cancel it")];
    await graph.run(recordingExecutor().executor);
    expect(graph.explain(ok)).toMatchObject({ kind: "done", sentence: '"ok" is done.' });
    expect(graph.explain(failed)).toMatchObject({
      kind: "failed",
      error: "fail test broke",
      sentence: '"fail test" failed: fail test broke.',
    });
    expect(graph.explain(cancelled)).toMatchObject({ kind: "cancelled", sentence: '"cancel it" was cancelled.' });
  });

  it("names the graph, the run and the task", async () => {
    const { graph, add } = bench();
    const task = add("a");
    expect(graph.explain(task)).toMatchObject({ taskId: task.id, title: "a", status: "pending", runId: undefined });
    await graph.run(recordingExecutor().executor);
    expect(graph.explain(task)).toMatchObject({ status: "done", graphId: graph.id, runId: graph.runs[0]?.id });
  });

  it("of a blocked task gives the path down to the one that failed", async () => {
    const { graph, add } = bench();
    const build = add("fail build");
    const test = add("test", { after: [add("other"), build] });
    const deploy = add("deploy", { after: [test] });
    await graph.run(recordingExecutor().executor);
    const explanation = graph.explain(deploy);
    expect(explanation.kind).toBe("blocked");
    expect(chain(explanation)).toEqual(["deploy blocked", "test blocked success", "fail build failed success"]);
    expect(explanation.causes.at(-1)).toMatchObject({ taskId: build.id, status: "failed", error: "fail build broke" });
    expect(explanation.sentence).toBe(
      '"deploy" is blocked by "test", which is blocked by "fail build", which failed: fail build broke.',
    );
  });

  it("of a task that nothing can execute tells why, and of what comes after it that it is blocked by that", async () => {
    const { graph, add } = bench();
    const odd = add("odd", {}, "unknown");
    const next = add("next", { after: [odd] });
    await graph.run(recordingExecutor().executor);
    expect(graph.explain(odd)).toMatchObject({
      kind: "refused",
      error: expect.stringContaining("No handler") as string,
    });
    expect(chain(graph.explain(next))).toEqual(["next blocked", "odd refused success"]);
    expect(graph.explain(next).sentence).toContain('"odd", which could not start: No handler for task "odd"');
  });

  it("of a skipped task names the condition", async () => {
    const { graph, add } = bench();
    const build = add("build");
    const alarm = add("alarm", { after: [{ task: build, on: "failure" }] });
    const log = add("log", { after: [alarm] });
    await graph.run(recordingExecutor().executor);
    expect(chain(graph.explain(log))).toEqual(["log skipped", "alarm skipped success", "build done failure"]);
    expect(graph.explain(log).sentence).toBe(
      '"log" is skipped, as it comes after the success of "alarm", which is skipped, as it comes after the failure of "build", which is done.',
    );
  });

  it("of a task that did not start in an aborted run says so", async () => {
    const { graph, add } = bench();
    const task = add("a");
    await graph.run(recordingExecutor().executor, { signal: AbortSignal.abort() });
    expect(graph.explain(task)).toMatchObject({
      kind: "aborted",
      sentence: '"a" was not started, as the run was aborted.',
    });
  });

  it("of a task that did not start in a run that failed fast names the task that failed", async () => {
    const { graph, add } = bench();
    add("fail a");
    const task = add("b");
    await graph.run(recordingExecutor().executor, { failFast: true, concurrency: 1 });
    expect(chain(graph.explain(task))).toEqual(["b failed_fast", "fail a failed fail_fast"]);
    expect(graph.explain(task).sentence).toBe(
      '"b" was not started, as the run failed fast because of "fail a", which failed: fail a broke.',
    );
  });

  it("of a task that no run has had says so: before a run, after it was added, after it was reset", async () => {
    const { graph, add } = bench();
    const failed = add("fail a");
    const next = add("b", { after: [failed] });
    expect(graph.explain(next)).toMatchObject({ kind: "not_started", sentence: '"b" has not been started yet.' });
    await graph.run(recordingExecutor().executor, { failFast: true });
    const late = add("late");
    expect(graph.explain(late)).toMatchObject({
      kind: "not_started",
      sentence: '"late" has not been started since the newest run.',
    });
    failed.reset();
    expect([graph.explain(failed).kind, graph.explain(next).kind]).toEqual(["not_started", "not_started"]);
  });

  it("refuses a task that is not in the graph", () => {
    const { graph } = bench();
    expect(() => graph.explain(named("elsewhere"))).toThrow(GraphError);
    expect(() => graph.explain("x" as never)).toThrow(TypeError);
  });

  it("of a long chain keeps the first 99 and the last, and the sentence short", async () => {
    const { graph, add } = bench();
    let last = add("fail first");
    for (let index = 1; index < 5_000; index++) last = add(`t${index}`, { after: [last] });
    await graph.run(recordingExecutor().executor);
    const { causes, sentence } = graph.explain(last);
    expect(causes).toHaveLength(100);
    expect(causes.at(-1)).toMatchObject({ title: "fail first", kind: "failed" });
    expect(causes.at(-2)?.title).toBe("t4901");
    expect(sentence.length).toBeLessThan(400);
    expect(sentence).toMatch(/which leads on to "fail first", which failed: fail first broke\.$/);
  });
});

describe("graph.explain while the graph runs", () => {
  it("of a running task tells since when", async () => {
    const { graph, add } = bench();
    const task = add("a");
    const seen = await during(graph, {}, () => graph.explain(task));
    expect(seen).toMatchObject({ kind: "running", since: task.attempts[0]?.startedAt });
    expect(seen.sentence).toBe(`"a" is running since ${task.attempts[0]!.startedAt.toISOString()}.`);
  });

  it("of a waiting task tells for which ones, down to one that runs or has its turn", async () => {
    const { graph, add } = bench();
    const [a, b] = [add("a"), add("b")];
    const c = add("c", { after: [a] });
    const d = add("d", { after: [b, c] });
    const seen = await during(graph, { concurrency: 1 }, () => [graph.explain(c), graph.explain(d)] as const);
    expect(chain(seen[0])).toEqual(["c waiting", "a running success"]);
    expect(chain(seen[1])).toEqual(["d waiting", "b queued success"]);
    expect(seen[1].waitsFor).toEqual([b.id, c.id]);
    expect(seen[1].sentence).toBe('"d" waits for "b", which is ready and waits for its turn: at most 1 at a time.');
  });

  it("of a task that is ready tells that there is no room, in all or in its pool", async () => {
    const { graph, add } = bench();
    add("a", { pool: "db" });
    const b = add("b", { pool: "db" });
    add("c");
    const d = add("d");
    const options = { concurrency: 2, pools: { db: 1 } };
    const seen = await during(graph, options, () => [graph.explain(b), graph.explain(d)] as const);
    expect(seen.map(({ kind, pool }) => [kind, pool])).toEqual([
      ["queued", "db"],
      ["queued", undefined],
    ]);
    expect(seen[0].sentence).toContain('waits for room in the pool "db": at most 1 at a time');
  });

  it("of a finally task tells for which ordinary one it waits", async () => {
    const { graph, add } = bench();
    const long = add("long");
    add("fail a");
    const late = add("late");
    const report = add("report", { finally: true });
    const mail = add("mail", { finally: true, after: [report] });
    const seen = await during(graph, { concurrency: 2, failFast: true }, () => [
      graph.explain(report),
      graph.explain(mail),
      graph.explain(late),
    ]);
    expect(seen.map(chain)).toEqual([
      ["report waiting", "long running finally"],
      ["mail waiting", "long running finally"],
      ["late failed_fast", "fail a failed fail_fast"],
    ]);
    expect(seen[0]?.waitsFor).toEqual([long.id]);
  });

  it("of a task that waits for its next try tells when that is", async () => {
    const clock = new VirtualClock();
    const { graph, add } = bench();
    const task = add("flaky");
    const next = add("next", { after: [task] });
    let tries = 0;
    const executor = TaskExecutor.empty({
      clock,
      retry: { attempts: 2, backoffMs: 5_000, jitter: () => 1 },
    }).register("any", () => {
      if (tries++ === 0) throw new Error("not yet");
    });
    const running = graph.run(executor, { clock });
    await turns();
    const seen = graph.explain(next);
    expect(chain(seen)).toEqual(["next waiting", "flaky retrying success"]);
    expect(seen.causes[1]?.retryAt).toEqual(task.retryAt);
    expect(seen.sentence).toContain(`which failed and is tried again at ${task.retryAt!.toISOString()}`);
    await clock.advance(5_000);
    await running;
    expect(graph.ok).toBe(true);
  });

  it("of a task that will not start any more, once the run was aborted, says so", async () => {
    const { graph, add } = bench();
    add("a");
    const b = add("b");
    const controller = new AbortController();
    const kind = await during(graph, { concurrency: 1, signal: controller.signal }, () => {
      controller.abort();
      return graph.explain(b).kind;
    });
    expect(kind).toBe("aborted");
  });
});

describe.each<[string, () => Store]>([
  ["InMemoryStore", () => new InMemoryStore()],
  ["DocumentStore", () => new DocumentStore(new MapDriver())],
  ["AsyncDocumentStore", () => new AsyncDocumentStore(asyncDriver(new MapDriver()))],
])("store.explain of %s", (_, create) => {
  it("tells of a task by its id what its graph tells", async () => {
    const store = create();
    const { graph, add } = bench();
    const build = add("fail build");
    const deploy = add("deploy", { after: [build] });
    add("odd", {}, "unknown");
    await graph.run(recordingExecutor({ store }).executor);
    for (const task of graph.tasks) expect(await store.explain?.(task.id)).toEqual(graph.explain(task));
    expect(chain((await store.explain?.(deploy.id))!)).toEqual(["deploy blocked", "fail build failed success"]);
  });

  it("asks the graph that ran last, where several hold the task", async () => {
    const store = create();
    const shared = named("shared");
    const graphs = ["first", "second", "third"].map((title) => new TaskGraph({ title }));
    for (const graph of graphs) graph.add(shared);
    const { executor } = recordingExecutor({ store });
    for (const graph of graphs) await store.graphs.save(graph);
    await graphs[1]!.run(executor);
    expect(await store.explain?.(shared.id)).toMatchObject({ kind: "done", graphId: graphs[1]!.id });
  });

  it("tells of a task that is in no graph, and nothing of one that is not stored", async () => {
    const store = create();
    const task = named("alone");
    await store.tasks.save(task);
    expect(await store.explain?.(task.id)).toMatchObject({
      kind: "not_started",
      causes: [{ taskId: task.id }],
      sentence: '"alone" has not been started yet.',
      graphId: undefined,
    });
    expect(await store.explain?.("nobody")).toBeUndefined();
  });

  it("refuses an id that is none", async () => {
    await expect((async () => create().explain?.(3 as never))()).rejects.toThrow("Expected `id` to be a string");
  });
});

describe("store.explain over documents", () => {
  it("tells of a graph that runs what is stored by then, as to another process", async () => {
    const driver = new MapDriver();
    const elsewhere = new DocumentStore(driver);
    const gate = new Gate();
    const { graph, add } = bench();
    const first = add("fail first", { required: false });
    const long = add("long");
    const [after, blocked, ready] = [add("after", { after: [long] }), add("blocked", { after: [first] }), add("ready")];
    const store = new DocumentStore(driver);
    const executor = TaskExecutor.empty({ store }).register("any", async ({ task }) => {
      if (task === first) throw new Error("it broke");
      await gate.promise;
    });
    const running = graph.run(executor, { concurrency: 1 });
    await turns();
    store.flush();
    await turns();
    const kinds = [first, long, after, blocked, ready].map(({ id }) => elsewhere.explain(id)?.kind);
    expect(kinds).toEqual(["failed", "running", "waiting", "blocked", "queued"]);
    expect(elsewhere.explain(after.id)?.sentence).toMatch(/^"after" waits for "long", which is running since /);
    gate.open();
    await running;
    expect(elsewhere.explain(after.id)?.kind).toBe("done");
  });

  it("sees that a run elsewhere has failed fast before its record says so", async () => {
    const driver = new MapDriver();
    const gate = new Gate();
    const { graph, add } = bench();
    add("long");
    const failed = add("fail a");
    const late = add("late");
    const store = new DocumentStore(driver);
    const executor = TaskExecutor.empty({ store }).register("any", async ({ task }) => {
      if (task === failed) throw new Error("it broke");
      await gate.promise;
    });
    const running = graph.run(executor, { concurrency: 2, failFast: true });
    await turns();
    expect(chain(new DocumentStore(driver).explain(late.id)!)).toEqual(["late failed_fast", "fail a failed fail_fast"]);
    gate.open();
    await running;
  });

  it("goes by the task's own document where its graph cannot be read any more", async () => {
    const store = new DocumentStore(new MapDriver());
    const { graph, add } = bench();
    const [a, b] = [add("fail a"), add("b")];
    await graph.run(recordingExecutor({ store }).executor);
    store.tasks.delete(b);
    expect(store.explain(a.id)).toMatchObject({ kind: "failed", graphId: undefined });
  });

  it("is as right over a driver that does not know which graphs hold a task", async () => {
    class Forgetful extends MapDriver {
      override *scan(...[kind, filter]: Parameters<MapDriver["scan"]>): ReturnType<MapDriver["scan"]> {
        yield* super.scan(kind, { ...filter, task: undefined });
      }
    }
    const store = new DocumentStore(new Forgetful());
    const { executor } = recordingExecutor({ store });
    for (const title of ["one", "two"]) {
      const graph = new TaskGraph({ title });
      graph.add(named(title), { after: [graph.add(named(`fail ${title}`))] });
      await graph.run(executor);
    }
    for (const graph of store.graphs.find())
      for (const task of graph.tasks) expect(store.explain(task.id)).toMatchObject({ graphId: graph.id });
  });

  it("comes to an end where another process has stored a circle", async () => {
    const store = new DocumentStore(new MapDriver());
    const graph = new TaskGraph({ title: "g" });
    const [a, b] = [named("a"), named("b")];
    graph.add(a, { after: [b] });
    graph.add(b);
    await graph.run(recordingExecutor({ store }).executor, { signal: AbortSignal.abort() });
    const again = TaskGraph.fromJSON(
      {
        ...graph.toJSON(),
        tasks: [
          { id: a.id, after: [b.id], finally: false, required: true },
          { id: b.id, after: [a.id], finally: false, required: true },
        ],
      },
      new Map([a, b].map((task) => [task.id, task])),
      graph.runs,
    );
    expect(again.explain(a).kind).toBe("aborted");
    const { Run } = await import("@ttasks/core");
    const running = Run.fromJSON(JSON.parse(JSON.stringify({ ...graph.runs[0]!.toJSON(), status: "running" })));
    const circle = TaskGraph.fromJSON(again.toJSON(), new Map([a, b].map((task) => [task.id, task])), [running]);
    expect(chain(circle.explain(a))).toEqual(["a waiting", "b waiting success"]);
  });
});
