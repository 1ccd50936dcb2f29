import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { HandlerOutput, Task, TaskExecutor, TaskGraph } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ttasks-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function pipeline(): { graph: TaskGraph; build: Task; test: Task } {
  const build = Task.bash("echo build", { title: "build" });
  const test = Task.bash("echo test", { title: "test" });
  const graph = new TaskGraph({ title: "build pipeline" });
  graph.add(build);
  graph.add(test, { after: [build] });
  return { graph, build, test };
}

describe("the ledger example of the Python original, in TypeScript", () => {
  it("a graph is saved, run with a ledger, and found done in the file by another store", async () => {
    const file = path.join(folder, "ttasks.db");
    const store = new SqliteStore(file);
    const { graph, build, test } = pipeline();
    store.graphs.save(graph);
    const executor = new TaskExecutor({ store, handlers: { bash: ({ task }) => `${task.title}\n` } });
    await graph.run(executor);

    const other = new SqliteStore(file);
    expect(other.tasks.get(build.id)?.status).toBe("done");
    expect(other.tasks.get(test.id)?.result?.output).toBe("test\n");
    expect(other.graphs.get(graph.id)?.ok).toBe(true);
    other.close();
    store.close();
  });

  it("one file holds tasks and graphs, on the same surface as the store in memory", () => {
    const store = new SqliteStore(path.join(folder, "ttasks.db"));
    const { graph, build } = pipeline();
    store.graphs.save(graph);
    expect([store.tasks.size, store.graphs.size, store.tasks.has(build), store.graphs.has(graph)]).toEqual([
      2,
      1,
      true,
      true,
    ]);
    expect(Array.from(store.tasks.values(), ({ title }) => title)).toEqual(["build", "test"]);
    store.close();
  });

  it("a loaded object is a snapshot: only another save writes its changes", () => {
    const store = new SqliteStore(path.join(folder, "ttasks.db"));
    const task = Task.bash("echo hi", { title: "before" });
    store.tasks.save(task);
    const loaded = store.tasks.get(task.id)!;
    loaded.title = "after";
    expect(store.tasks.get(task.id)?.title).toBe("before");
    store.tasks.save(loaded);
    expect(store.tasks.get(task.id)?.title).toBe("after");
    store.close();
  });

  it("the run's own views are not in the file, the tasks' states and results are", async () => {
    const store = new SqliteStore(path.join(folder, "ttasks.db"));
    const { graph, build, test } = pipeline();
    const fail = (): never => {
      throw new Error("boom");
    };
    await graph.run(new TaskExecutor({ store, handlers: { bash: fail } }));
    expect([graph.blocked, graph.errors.size]).toEqual([[test], 1]);
    const loaded = store.graphs.get(graph.id)!;
    expect([loaded.blocked, loaded.errors.size]).toEqual([[], 0]);
    expect(store.tasks.get(build.id)?.result).toMatchObject({ status: "failed", error: "boom" });
    store.close();
  });

  it("deleting a graph leaves its tasks, which other graphs still reach", () => {
    const store = new SqliteStore(path.join(folder, "ttasks.db"));
    const { graph, build } = pipeline();
    const other = new TaskGraph({ title: "other" });
    other.add(build);
    store.graphs.save(graph);
    store.graphs.save(other);
    expect(store.graphs.delete(graph.id)).toBe(true);
    expect([store.graphs.get(graph.id), store.tasks.size]).toEqual([undefined, 2]);
    expect(store.graphs.get(other.id)?.tasks.map(({ id }) => id)).toEqual([build.id]);
    store.close();
  });

  it("raw is not in the file", async () => {
    const store = new SqliteStore(path.join(folder, "ttasks.db"));
    const task = Task.bash("echo hi");
    const executor = new TaskExecutor({
      store,
      handlers: { bash: () => new HandlerOutput({ output: "hi", raw: { socket: () => 1 } }) },
    });
    await executor.execute(task);
    expect(task.result?.raw).toBeDefined();
    expect(store.tasks.get(task.id)?.result).toMatchObject({ output: "hi", raw: undefined });
    store.close();
  });
});
