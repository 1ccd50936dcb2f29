import { asyncDriver, FailingDriver, MapDriver, settle } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";
import {
  AsyncDocumentStore,
  DocumentStore,
  StoreError,
  Task,
  TaskExecutor,
  TaskGraph,
  type Change,
  type DocumentStoreOptions,
  type JsonObject,
  type StoreDriver,
} from "@ttasks/core";

const named = (title: string, id?: string): Task => new Task({ type: "any", payload: { n: 1 }, title, id });

/** A driver over maps that keeps the transactions it was given. */
class SpiedDriver extends MapDriver {
  readonly writes: (readonly Change[])[] = [];

  override write(changes: readonly Change[]): readonly number[] {
    this.writes.push(changes);
    return super.write(changes);
  }
}

describe("a store of documents", () => {
  it("gives detached snapshots: a change is written by save only", () => {
    const store = new DocumentStore(new MapDriver());
    const task = named("a");
    store.tasks.save(task);
    const loaded = store.tasks.get(task.id)!;
    expect(loaded).not.toBe(task);
    loaded.title = "changed";
    expect(store.tasks.get(task.id)?.title).toBe("a");
    store.tasks.save(loaded);
    expect(store.tasks.get(task.id)?.title).toBe("changed");
    expect(task.title).toBe("a");
  });

  it("restores a task's end and result without raw", async () => {
    const store = new DocumentStore(new MapDriver());
    const executor = TaskExecutor.empty({ store }).register("any", () => "out");
    const task = named("a");
    await executor.execute(task);
    const loaded = store.tasks.get(task.id)!;
    expect(loaded.toJSON()).toEqual(task.toJSON());
    expect([loaded.isDone, loaded.result?.output, loaded.revision]).toEqual([true, "out", 2]);
  });

  it("saves a graph with its tasks in one transaction", () => {
    const driver = new SpiedDriver();
    const store = new DocumentStore(driver);
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    graph.add(named("b"), { after: [a] });
    store.graphs.save(graph);
    expect(driver.writes.map((changes) => changes.map(({ kind }) => kind))).toEqual([["task", "task", "graph"]]);
    expect(store.graphs.get(graph.id)?.toJSON()).toEqual(graph.toJSON());
    expect(store.tasks.size).toBe(2);
  });

  it("a graph that is read back holds snapshots of its tasks and can run", async () => {
    const store = new DocumentStore(new MapDriver());
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    const b = graph.add(named("b"), { after: [a] });
    store.graphs.save(graph);
    const loaded = store.graphs.get(graph.id)!;
    await loaded.run(TaskExecutor.empty({ store }).register("any", () => 1));
    expect([loaded.ok, a.status, b.status]).toEqual([true, "pending", "pending"]);
    expect(store.tasks.count({ status: "done" })).toBe(2);
    expect(store.graphs.get(graph.id)?.ok).toBe(true);
  });

  it("blocked and errors are not stored, the states of the tasks are", async () => {
    const store = new DocumentStore(new MapDriver());
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    graph.add(named("b"), { after: [a] });
    const executor = TaskExecutor.empty({ store }).register("any", () => {
      throw new Error("boom");
    });
    await graph.run(executor);
    const loaded = store.graphs.get(graph.id)!;
    expect([graph.blocked.length, graph.errors.size]).toEqual([1, 1]);
    expect([loaded.blocked.length, loaded.errors.size]).toEqual([0, 0]);
    expect([loaded.failed.map(({ title }) => title), loaded.failed[0]?.error]).toEqual([["a"], "boom"]);
  });

  it("deleting a graph leaves its tasks for other graphs", () => {
    const store = new DocumentStore(new MapDriver());
    const shared = named("shared");
    const [one, other] = [new TaskGraph({ title: "one" }), new TaskGraph({ title: "other" })];
    for (const graph of [one, other]) {
      graph.add(shared);
      store.graphs.save(graph);
    }
    expect(store.graphs.delete(one)).toBe(true);
    expect([store.graphs.size, store.tasks.has(shared)]).toEqual([1, true]);
    expect(store.graphs.get(other.id)?.tasks.map(({ title }) => title)).toEqual(["shared"]);
  });

  it("a member task may be deleted; reading the graph then throws a StoreError that names it", () => {
    const store = new DocumentStore(new MapDriver());
    const graph = new TaskGraph({ title: "build" });
    const a = graph.add(named("a", "task-a"));
    store.graphs.save(graph);
    expect(store.tasks.delete(a)).toBe(true);
    const read = () => store.graphs.get(graph.id);
    expect(read).toThrow(StoreError);
    expect(read).toThrow(/task-a.* of graph "build"/);
    expect(() => [...store.graphs.values()]).toThrow(StoreError);
    expect(store.graphs.has(graph)).toBe(true);
  });

  it("an unknown dependency is saved and loaded with its graph", async () => {
    const store = new DocumentStore(new MapDriver());
    const graph = new TaskGraph({ title: "g" });
    const missing = named("missing");
    graph.add(named("test"), { after: [missing] });
    store.graphs.save(graph);
    const loaded = store.graphs.get(graph.id)!;
    await expect(loaded.run(TaskExecutor.empty())).rejects.toMatchObject({ code: "unknown_dependency" });
    loaded.add(missing);
    await loaded.run(TaskExecutor.empty({ store }).register("any", () => 1));
    expect(loaded.ok).toBe(true);
  });

  it("a document of a newer version is told by name, and the others can be read", () => {
    const driver = new MapDriver();
    const store = new DocumentStore(driver);
    store.tasks.save(named("a", "old"));
    const document: JsonObject = { version: 99, id: "new", revision: 1, status: "pending", type: "any" };
    driver.write([{ op: "put", kind: "task", id: "new", document, revision: 1 }]);
    expect(() => store.tasks.get("new")).toThrow(expect.objectContaining({ code: "newer_document" }) as Error);
    expect(store.tasks.get("old")?.title).toBe("a");
    expect([store.tasks.has("new"), store.tasks.size]).toEqual([true, 2]);
  });

  it("each stored change counts the revision up by one", async () => {
    const store = new DocumentStore(new MapDriver());
    const task = named("a");
    store.tasks.save(task);
    expect(task.revision).toBe(1);
    await TaskExecutor.empty({ store })
      .register("any", () => 1)
      .execute(task);
    expect([task.revision, store.tasks.get(task.id)?.revision]).toEqual([3, 3]);
  });

  it("saving a graph never puts an older state of a task over a newer one", async () => {
    const store = new DocumentStore(new MapDriver());
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    store.graphs.save(graph);
    const elsewhere = store.tasks.get(a.id)!;
    await TaskExecutor.empty({ store })
      .register("any", () => "newer")
      .execute(elsewhere);
    store.graphs.save(graph);
    expect(store.tasks.get(a.id)?.result?.output).toBe("newer");
    expect(a.isPending).toBe(true);
  });

  it("a direct save of a task overwrites", async () => {
    const store = new DocumentStore(new MapDriver());
    const task = named("a");
    store.tasks.save(task);
    const elsewhere = store.tasks.get(task.id)!;
    await TaskExecutor.empty({ store })
      .register("any", () => 1)
      .execute(elsewhere);
    task.title = "mine";
    store.tasks.save(task);
    expect([store.tasks.get(task.id)?.status, store.tasks.get(task.id)?.title]).toEqual(["pending", "mine"]);
    expect(task.revision).toBeGreaterThan(elsewhere.revision);
  });

  it("an executor with a stale task is refused before its handler is called", async () => {
    const store = new DocumentStore(new MapDriver());
    const [first, second] = [named("first", "same"), named("second", "same")];
    let count = 0;
    const executor = TaskExecutor.empty({ store }).register("any", () => ++count);
    await executor.execute(first);
    await expect(executor.execute(second)).rejects.toMatchObject({ code: "task_claimed", taskId: "same" });
    expect([second.status, second.attempts, count, executor.persistenceErrorCount]).toEqual(["pending", [], 1, 0]);
    expect(store.tasks.get("same")?.title).toBe("first");
  });

  it("a task that was deleted meanwhile is stored again by its next transition", async () => {
    const store = new DocumentStore(new MapDriver());
    const executor = TaskExecutor.empty({ store }).register("any", ({ task }) => {
      store.tasks.delete(task);
    });
    const task = named("a");
    await executor.execute(task);
    expect([store.tasks.get(task.id)?.status, executor.persistenceErrorCount]).toEqual(["done", 0]);
  });

  it("what a failed write did not store, the next save stores", () => {
    const driver = new FailingDriver(new MapDriver());
    const store = new DocumentStore(driver);
    const graph = new TaskGraph({ title: "g" });
    const task = graph.add(named("a"));
    driver.failAllWrites();
    expect(() => store.graphs.save(graph)).toThrow("fails as planned");
    expect(() => store.tasks.save(task)).toThrow("fails as planned");
    expect([store.tasks.size, store.graphs.size]).toEqual([0, 0]);
    driver.heal();
    store.graphs.save(graph);
    expect(store.graphs.get(graph.id)?.tasks.map(({ title }) => title)).toEqual(["a"]);
    task.title = "renamed";
    driver.failWrite(1);
    expect(() => store.graphs.save(graph)).toThrow("fails as planned");
    store.graphs.save(graph);
    expect(store.tasks.get(task.id)?.title).toBe("renamed");
  });

  it("a save that fails once does not keep the next one from being stored", async () => {
    const driver = new FailingDriver(new MapDriver());
    const store = new DocumentStore(driver);
    driver.failWrite(1);
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const task = named("a");
    await executor.execute(task);
    expect([executor.persistenceErrorCount, store.tasks.get(task.id)?.status]).toEqual([1, "done"]);
  });

  it("a save that was done although it was told as failed does not keep the next one from being stored", async () => {
    const inner = new MapDriver();
    let isLost = true;
    const driver: StoreDriver<"sync"> = {
      read: (kind, ids) => inner.read(kind, ids),
      scan: (kind, filter) => inner.scan(kind, filter),
      keys: (kind) => inner.keys(kind),
      count: (kind, filter) => inner.count(kind, filter),
      write: (changes) => {
        const skipped = inner.write(changes);
        if (isLost) {
          isLost = false;
          throw new Error("connection lost after the commit");
        }
        return skipped;
      },
    };
    const store = new DocumentStore(driver);
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const task = named("a");
    await executor.execute(task);
    expect(store.tasks.get(task.id)?.status).toBe("done");
  });

  it.each([5, undefined, null])("get(%o) throws a TypeError", (id) => {
    expect(() => new DocumentStore(new MapDriver()).tasks.get(id as unknown as string)).toThrow(
      "Expected `id` to be a string",
    );
  });

  it("an unknown option throws a TypeError", () => {
    expect(() => new DocumentStore(new MapDriver(), { path: "x" } as DocumentStoreOptions)).toThrow(
      "Unknown option `path` of a store",
    );
  });
});

describe("recording for an executor", () => {
  it("saves of one turn of the event loop are one transaction, and the events come after it", async () => {
    const driver = new SpiedDriver();
    const store = new DocumentStore(driver);
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const seen: unknown[] = [];
    executor.events.subscribe(({ taskId, status }) =>
      seen.push(driver.read("task", [taskId])[0]?.["status"] === status),
    );
    await Promise.all(Array.from({ length: 50 }, (_, index) => executor.execute(named(`t${index}`))));
    expect(seen).toHaveLength(100);
    expect(seen.every(Boolean)).toBe(true);
    expect(driver.writes.length).toBeLessThan(10);
  });

  it("a direct read or write commits the group first", async () => {
    const driver = new SpiedDriver();
    const store = new DocumentStore(driver);
    const [a, b] = [named("a"), named("b")];
    const recorded = store.record(a);
    expect(driver.writes).toHaveLength(0);
    expect(store.tasks.get(a.id)?.title).toBe("a");
    const second = store.record(b);
    store.tasks.save(b);
    expect(driver.writes.map((changes) => changes.length)).toEqual([1, 1, 1]);
    await Promise.all([recorded, second]);
  });

  it("record takes the document as it is at the call", async () => {
    const driver = new SpiedDriver();
    const store = new DocumentStore(driver);
    const task = named("before");
    const recorded = store.record(task);
    task.title = "after";
    await recorded;
    expect(store.tasks.get(task.id)?.title).toBe("before");
    store.tasks.save(task);
    expect(store.tasks.get(task.id)?.title).toBe("after");
  });

  it("an immediate record is durable on return", () => {
    const driver = new SpiedDriver();
    const store = new DocumentStore(driver);
    expect(store.record(named("a"), { immediate: true })).toBeUndefined();
    expect(driver.writes).toHaveLength(1);
  });

  it("flush commits what is gathered", async () => {
    const driver = new SpiedDriver();
    const store = new DocumentStore(driver);
    const recorded = store.record(named("a"));
    store.flush();
    store.flush();
    expect(driver.writes).toHaveLength(1);
    await recorded;
  });

  it("one bad document fails its own task only", async () => {
    const inner = new MapDriver();
    const driver: StoreDriver<"sync"> = {
      read: (kind, ids) => inner.read(kind, ids),
      scan: (kind, filter) => inner.scan(kind, filter),
      keys: (kind) => inner.keys(kind),
      count: (kind, filter) => inner.count(kind, filter),
      write: (changes) => {
        if (changes.some((change) => change.op === "put" && change.document["title"] === "bad"))
          throw new Error("too large");
        return inner.write(changes);
      },
    };
    const store = new DocumentStore(driver);
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const [good, bad] = [named("good"), named("bad")];
    await Promise.all([executor.execute(good), executor.execute(bad)]);
    expect([store.tasks.get(good.id)?.status, store.tasks.has(bad)]).toEqual(["done", false]);
    expect(executor.persistenceErrors.map(({ message }) => message)).toEqual(["too large", "too large"]);
  });

  it.each([undefined, {}, "id"])("record(%o) throws a TypeError", (task) => {
    expect(() => new DocumentStore(new MapDriver()).record(task as unknown as Task)).toThrow(
      "Expected `task` to be a Task",
    );
  });
});

describe("a store of documents that answers with promises", () => {
  it("runs a graph and reads it back", async () => {
    const store = new AsyncDocumentStore(asyncDriver(new MapDriver(), settle));
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    graph.add(named("b"), { after: [a] });
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    await graph.run(executor);
    expect(executor.persistenceErrorCount).toBe(0);
    const loaded = (await store.graphs.get(graph.id))!;
    expect([loaded.ok, loaded.tasks.length]).toEqual([true, 2]);
    const titles: string[] = [];
    for await (const [id, task] of store.tasks) titles.push(`${task.title}:${id === task.id}`);
    expect(titles).toEqual(["a:true", "b:true"]);
  });

  it("reads see the writes that were called before", async () => {
    const store = new AsyncDocumentStore(asyncDriver(new MapDriver(), settle));
    const task = named("a");
    const saved = store.tasks.save(task);
    expect(await store.tasks.has(task)).toBe(true);
    expect((await store.tasks.find({ limit: 1 }))[0]?.title).toBe("a");
    await saved;
  });

  it("a failed write does not hold up the next ones, and is not left unhandled", async () => {
    const driver = new FailingDriver(new MapDriver());
    const store = new AsyncDocumentStore(asyncDriver(driver));
    driver.failWrite(1);
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const task = named("a");
    await executor.execute(task);
    expect([executor.persistenceErrorCount, (await store.tasks.get(task.id))?.status]).toEqual([1, "done"]);
  });

  it("bad input rejects, or throws at once, with a TypeError", async () => {
    const store = new AsyncDocumentStore(asyncDriver(new MapDriver()));
    await expect((async () => store.tasks.save(JSON.parse("{}") as never))()).rejects.toThrow(
      "Expected `task` to be a Task",
    );
    await expect((async () => store.tasks.set("other", named("a")))()).rejects.toBeInstanceOf(StoreError);
    await expect((async () => store.record(JSON.parse("{}") as never))()).rejects.toThrow(TypeError);
    expect(await store.tasks.count()).toBe(0);
  });

  it("subscribers that read it never see an older state than the event", async () => {
    const store = new AsyncDocumentStore(asyncDriver(new MapDriver(), settle));
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const reads: Promise<string>[] = [];
    executor.events.subscribe(({ taskId, status }) =>
      reads.push(store.tasks.get(taskId).then((task) => `${status}:${task?.status}`)),
    );
    await executor.execute(named("a"));
    expect(
      (await Promise.all(reads)).map((read) => new Set(["running:running", "running:done", "done:done"]).has(read)),
    ).toEqual([true, true]);
  });
});
