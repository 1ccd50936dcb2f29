import { describe, expect, it } from "vitest";
import { AsyncDocumentStore, StoreError, Task, TaskExecutor, TaskGraph } from "@ttasks/core";
import { asyncDriver, FailingStore, MapDriver, settle, VirtualClock } from "@ttasks/testkit";
import { recordedEvents } from "./recorded-events.ts";

function setUp(persistence: "strict" | "record" = "strict") {
  const store = new FailingStore();
  const clock = new VirtualClock();
  const executor = TaskExecutor.empty({ store, persistence, clock });
  const calls: string[] = [];
  executor.register("any", ({ task }) => {
    calls.push(task.title);
    if (task.payload === "fails") throw new Error("no luck");
    if (task.payload === "breaks") store.driver.failAllWrites();
    return "done";
  });
  return { store, clock, executor, calls, events: recordedEvents(executor) };
}

const task = (title = "a", payload = ""): Task => new Task({ type: "any", payload, title });

describe("an executor that is strict", () => {
  it("a task whose start cannot be saved is pending again: its handler is not called, and nobody is told", async () => {
    const { store, executor, calls, events } = setUp();
    const one = task();
    store.driver.failAllWrites();
    const error: unknown = await executor.execute(one).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({
      code: "store_failed",
      message: /Task "a" \(.*\) cannot be saved: Write 1 fails as planned/,
    });
    expect([one.status, one.attempts, one.result, calls, events]).toEqual(["pending", [], undefined, [], []]);
    expect(executor.persistenceErrors).toMatchObject([{ message: "Write 1 fails as planned" }]);
    store.driver.heal();
    await expect(executor.execute(one)).resolves.toMatchObject({ status: "done" });
    expect(one.attempts).toMatchObject([{ number: 1, status: "done" }]);
  });

  it("a task whose start cannot be saved though the lease could is pending again", async () => {
    const { store, executor, calls } = setUp();
    const one = task();
    store.driver.failWrite(2);
    await expect(executor.execute(one)).rejects.toMatchObject({ message: /Write 2 fails/ });
    expect([one.status, calls]).toEqual(["pending", []]);
  });

  it("a task whose end cannot be saved rejects, after an event that says so", async () => {
    const { executor, events } = setUp();
    const one = task("a", "breaks");
    await expect(executor.execute(one)).rejects.toBeInstanceOf(StoreError);
    expect(events.map(({ type }) => type)).toEqual(["started", "persistence_failed"]);
    expect(one).toMatchObject({ status: "done", result: { output: "done" } });
  });

  it("a graph starts nothing that comes after a task whose end cannot be saved, and is not ok", async () => {
    const { store, executor, calls } = setUp();
    const graph = new TaskGraph({ title: "g" });
    const one = graph.add(task("a", "breaks"));
    const two = graph.add(task("b"), { after: [one] });
    const alone = graph.add(task("c", "breaks"), { required: true });
    await graph.run(executor, { concurrency: 1 });
    expect([graph.ok, calls, graph.blocked]).toEqual([false, ["a"], [two]]);
    expect(graph.errors.get(one.id)).toBeInstanceOf(StoreError);
    expect(alone.isPending).toBe(true);
    expect(graph.runs.at(-1)?.status).toBe("failed");
    store.driver.heal();
  });

  it("a graph starts nothing after a task whose failure cannot be saved, on whatever ending", async () => {
    const { store, executor, calls } = setUp();
    executor.register("fails", () => {
      store.driver.failAllWrites();
      throw new Error("no luck");
    });
    const graph = new TaskGraph({ title: "g" });
    const one = graph.add(new Task({ type: "fails", payload: null, title: "a" }));
    graph.add(task("b"), { after: [{ task: one, on: "failure" }] });
    graph.add(task("c"), { after: [{ task: one, on: "done" }] });
    await graph.run(executor);
    expect([graph.ok, calls, graph.blocked.map(({ title }) => title)]).toEqual([false, [], ["b", "c"]]);
    expect(graph.explain(graph.tasks[2]!).sentence).toMatch(/^"c" is blocked by "a", which could not start: /);
  });

  it("a graph whose last task cannot be saved is not ok", async () => {
    const { executor } = setUp();
    const graph = new TaskGraph({ title: "g" });
    graph.add(task("a", "breaks"));
    await graph.run(executor);
    expect([graph.ok, graph.runs.at(-1)?.status]).toEqual([false, "failed"]);
  });

  it("a graph that cannot be saved does not run", async () => {
    const { store, executor, calls } = setUp();
    const graph = new TaskGraph({ title: "g" });
    const one = graph.add(task());
    store.driver.failAllWrites();
    await expect(graph.run(executor)).rejects.toMatchObject({
      code: "store_failed",
      message: /Graph "g" \(.*\) does not run, as it cannot be saved/,
    });
    expect([one.status, calls]).toEqual(["pending", []]);
    store.driver.heal();
    await graph.run(executor);
    expect(graph.ok).toBe(true);
  });

  it("a try that cannot be saved is not made: the task fails as the one before did", async () => {
    const { store, clock, executor, calls, events } = setUp();
    const one = task("a", "fails");
    one.retry = { attempts: 3, backoffMs: 100, jitter: "none" };
    const ended = executor.execute(one).catch((error: unknown) => error);
    while (!one.retryAt) await settle();
    await settle();
    // In a group, and once more alone.
    for (const write of [1, 2]) store.driver.failWrite(write);
    await clock.advance(100);
    await settle();
    await expect(ended).resolves.toMatchObject({ code: "execution_failed", message: /no luck/ });
    expect(calls).toEqual(["a"]);
    expect(events.map(({ type }) => type)).toEqual(["started", "retrying", "persistence_failed", "failed"]);
    expect(store.tasks.get(one.id)).toMatchObject({ status: "failed" });
    expect(one.attempts.map(({ status }) => status)).toEqual(["failed"]);
  });
});

describe("an executor that is not strict", () => {
  it("goes on where nothing can be saved, and tells", async () => {
    const { store, executor, events } = setUp("record");
    store.driver.failAllWrites();
    await expect(executor.execute(task())).resolves.toMatchObject({ status: "done" });
    expect(events.map(({ type }) => type)).toEqual([
      "persistence_failed",
      "started",
      "persistence_failed",
      "succeeded",
    ]);
  });
});

it("a start that cannot be saved is taken back in the store as well, where its graph was saved meanwhile", async () => {
  const driver = asyncDriver(new MapDriver());
  const store = new AsyncDocumentStore(driver);
  const executor = new TaskExecutor({ store, persistence: "strict", handlers: { any: () => "done" } });
  const graph = new TaskGraph({ title: "graph" });
  const one = graph.add(task());
  await store.graphs.save(graph);
  const { write } = driver;
  driver.write = async () => {
    driver.write = write;
    throw new Error("the disk is full");
  };
  const ended = executor.execute(one).catch((error: unknown) => error);
  // The lease of the executor is on its way, and fails.
  await store.graphs.save(graph);
  await expect(ended).resolves.toMatchObject({ code: "store_failed" });
  expect((await store.tasks.get(one.id))?.status).toBe("running");
  await store.graphs.save(graph);
  expect((await store.tasks.get(one.id))?.status).toBe("pending");
});
