import { describe, expect, it } from "vitest";
import {
  InMemoryStore,
  StoreError,
  Task,
  TaskExecutor,
  TaskGraph,
  type GraphQuery,
  type TaskQuery,
} from "@ttasks/core";

const named = (title: string, id?: string): Task => new Task({ type: "any", payload: 1, title, id });

function doneTask(title: string): Task {
  const task = named(title);
  task.transitionTo("running");
  task.transitionTo("done");
  return task;
}

describe("a store in memory", () => {
  it("keeps live references: what it gives back is what was saved", () => {
    const store = new InMemoryStore();
    const task = Task.bash("echo hi", { title: "hello" });
    store.tasks.save(task);
    expect(store.tasks.get(task.id)).toBe(task);
    const graph = new TaskGraph({ title: "build" });
    graph.add(task);
    store.graphs.save(graph);
    expect(store.graphs.has(graph)).toBe(true);
    expect(store.graphs.get(graph.id)).toBe(graph);
    task.title = "changed";
    expect(store.tasks.get(task.id)?.title).toBe("changed");
  });

  it("has takes an id or the object, and tells by the id", () => {
    const store = new InMemoryStore();
    const task = named("a", "same");
    store.tasks.save(task);
    expect([store.tasks.has("same"), store.tasks.has(task), store.tasks.has(named("twin", "same"))]).toEqual([
      true,
      true,
      true,
    ]);
    expect([store.tasks.has("other"), store.tasks.has(named("b"))]).toEqual([false, false]);
  });

  it("is used like a Map: get has set delete clear size keys values entries forEach and iteration", () => {
    const store = new InMemoryStore();
    const [a, b] = [named("a"), named("b")];
    expect(store.tasks.set(a.id, a)).toBe(store.tasks);
    store.tasks.set(b.id, b);
    expect(store.tasks.size).toBe(2);
    expect([...store.tasks.keys()]).toEqual([a.id, b.id]);
    expect([...store.tasks.values()]).toEqual([a, b]);
    expect([...store.tasks.entries()]).toEqual([...store.tasks]);
    expect(new Map(store.tasks).get(a.id)).toBe(a);
    const visited: string[] = [];
    store.tasks.forEach((task, id) => visited.push(`${id}=${task.title}`));
    expect(visited).toEqual([`${a.id}=a`, `${b.id}=b`]);
    expect([store.tasks.delete(a), store.tasks.delete(a.id), store.tasks.delete(b.id)]).toEqual([true, false, true]);
    store.tasks.save(a);
    store.tasks.clear();
    expect([store.tasks.size, store.tasks.get(a.id)]).toEqual([0, undefined]);
  });

  it("its values can be filtered like any list", () => {
    const store = new InMemoryStore();
    const done = doneTask("done");
    for (const task of [named("a"), done]) store.tasks.save(task);
    expect([...store.tasks.values()].filter((task) => task.isDone)).toEqual([done]);
  });

  it("set with an id that is not the object's own throws and stores nothing", () => {
    const store = new InMemoryStore();
    const set = () => store.tasks.set("other", named("a", "own"));
    expect(set).toThrow(StoreError);
    expect(set).toThrow('Cannot store "a" under the key "other": its id is "own"');
    expect(set).toThrow(expect.objectContaining({ code: "store_key" }) as Error);
    expect(store.tasks.size).toBe(0);
  });

  it("keeps the order of the first save when an object is saved again", () => {
    const store = new InMemoryStore();
    const [a, b] = [named("a"), named("b")];
    for (const task of [a, b, a]) store.tasks.save(task);
    expect([...store.tasks.values()]).toEqual([a, b]);
    store.tasks.delete(a);
    store.tasks.save(a);
    expect([...store.tasks.values()]).toEqual([b, a]);
  });

  it("find and count ask by status, type and limit", () => {
    const store = new InMemoryStore();
    const tasks = [doneTask("a"), named("b"), doneTask("c"), Task.bash("x")];
    for (const task of tasks) store.tasks.save(task);
    expect(store.tasks.find()).toEqual(tasks);
    expect(store.tasks.find({ status: "done" })).toEqual([tasks[0], tasks[2]]);
    expect(store.tasks.find({ status: ["done", "pending"], limit: 2 })).toEqual([tasks[0], tasks[1]]);
    expect(store.tasks.find({ type: "bash" })).toEqual([tasks[3]]);
    expect(store.tasks.find({ status: [] })).toEqual([]);
    expect(store.tasks.find({ limit: 0 })).toEqual([]);
    expect([store.tasks.count(), store.tasks.count({ status: "failed" }), store.tasks.count({ limit: 3 })]).toEqual([
      4, 0, 3,
    ]);
  });

  it.each<[unknown, string]>([
    [
      { state: "done" },
      "Unknown option `state` of a task query; it takes status, type, text, createdAfter, createdBefore, graph, order, offset, limit",
    ],
    [{ status: "finished" }, "Expected `status` to be one of pending, running, done, failed, cancelled"],
    [{ status: ["done", "x"] }, "got `x` (string)"],
    [{ status: null }, "got `null`"],
    [{ type: 5 }, "Expected `type` to be a string, got `5` (number)"],
    [{ limit: -1 }, "got `-1` (number)"],
    [{ limit: 1.5 }, "got `1.5` (number)"],
    [null, "Expected `options of a task query` to be an object, got"],
  ])("find(%o) throws a TypeError", (query, message) => {
    const { tasks } = new InMemoryStore();
    expect(() => tasks.find(query as TaskQuery)).toThrow(TypeError);
    expect(() => tasks.find(query as TaskQuery)).toThrow(message);
    expect(() => tasks.count(query as TaskQuery)).toThrow(message);
  });

  it("a query for graphs refuses what they do not have", () => {
    const { graphs } = new InMemoryStore();
    expect(() => graphs.find({ status: "done" } as GraphQuery)).toThrow(
      "Unknown option `status` of a graph query; it takes text, order, offset, limit",
    );
  });

  it.each([undefined, null, {}, "task", named("x").toJSON()])(
    "saving %o throws a TypeError and stores nothing",
    (value) => {
      const store = new InMemoryStore();
      expect(() => store.tasks.save(value as unknown as Task)).toThrow("Expected `task` to be a Task, got");
      expect(() => store.graphs.save(value as unknown as TaskGraph)).toThrow("Expected `graph` to be a TaskGraph, got");
      expect([store.tasks.size, store.graphs.size]).toEqual([0, 0]);
    },
  );

  it("saving a task among graphs, or a graph among tasks, throws a TypeError", () => {
    const store = new InMemoryStore();
    expect(() => store.tasks.save(new TaskGraph({ title: "g" }) as unknown as Task)).toThrow(TypeError);
    expect(() => store.graphs.save(named("a") as unknown as TaskGraph)).toThrow(TypeError);
  });

  it.each([undefined, null, 5])("has(%o) and delete of it throw a TypeError", (key) => {
    const { tasks } = new InMemoryStore();
    expect(() => tasks.has(key as unknown as string)).toThrow("Expected `key` to be a string");
    expect(() => tasks.delete(key as unknown as string)).toThrow(TypeError);
  });

  it("saving a graph saves its tasks", () => {
    const store = new InMemoryStore();
    const graph = new TaskGraph({ title: "g" });
    const [a, b] = [graph.add(named("a")), graph.add(named("b"))];
    store.graphs.save(graph);
    expect([...store.tasks.values()]).toEqual([a, b]);
  });

  it("deleting a graph leaves its tasks, and deleting a task leaves its graph", () => {
    const store = new InMemoryStore();
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    store.graphs.save(graph);
    store.tasks.delete(a);
    expect(store.graphs.get(graph.id)?.tasks).toEqual([a]);
    store.graphs.save(graph);
    store.graphs.delete(graph);
    expect(store.graphs.size).toBe(0);
  });

  it("saving a graph does not put an older object of a task over a newer one", async () => {
    const store = new InMemoryStore();
    const old = named("old", "same");
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const live = named("live", "same");
    await executor.execute(live);
    const graph = new TaskGraph({ title: "g" });
    graph.add(old);
    store.graphs.save(graph);
    expect(store.tasks.get("same")).toBe(live);
  });

  it("each save counts the revision up by one", () => {
    const store = new InMemoryStore();
    const task = named("a");
    expect(task.revision).toBe(0);
    store.tasks.save(task);
    store.tasks.save(task);
    expect(task.revision).toBe(2);
  });

  it("ids that are names of object properties are plain ids", () => {
    const store = new InMemoryStore();
    for (const id of ["__proto__", "constructor", "size"]) store.tasks.save(named(id, id));
    expect([...store.tasks.keys()]).toEqual(["__proto__", "constructor", "size"]);
    expect(store.tasks.get("__proto__")?.title).toBe("__proto__");
    expect(store.tasks.get("toString")).toBeUndefined();
  });

  it("can be written to while it is walked over", () => {
    const store = new InMemoryStore();
    for (const title of ["a", "b", "c"]) store.tasks.save(named(title));
    for (const task of store.tasks.values()) store.tasks.delete(task);
    expect(store.tasks.size).toBe(0);
  });
});
