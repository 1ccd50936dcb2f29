import { describe, expect, it } from "vitest";
import { StoreError, type Task, TaskGraph, type JsonObject } from "@ttasks/core";
import { named, recordingExecutor } from "./recording-executor.ts";

function sample(): { graph: TaskGraph; tasks: Map<string, Task> } {
  const graph = new TaskGraph({ title: "preflight", id: "g1" });
  const lint = graph.add(named("lint"));
  const test = graph.add(named("fail test"), { after: [lint] });
  const docs = graph.add(named("docs"), { after: [test] });
  graph.add(named("report"), { after: [lint, docs], finally: true, required: false });
  return { graph, tasks: new Map(graph.tasks.map((task) => [task.id, task])) };
}

const plain = (graph: TaskGraph): JsonObject => JSON.parse(JSON.stringify(graph)) as JsonObject;

describe("the stored form of a graph", () => {
  it("is topology only: title, edges and flags, and no task's state", async () => {
    const { graph } = sample();
    const before = plain(graph);
    const [lint, test, docs, report] = graph.tasks.map(({ id }) => id);
    expect(before).toEqual({
      version: 3,
      id: "g1",
      revision: 0,
      title: "preflight",
      tasks: [
        { id: lint, after: [], finally: false, required: true },
        { id: test, after: [lint], finally: false, required: true },
        { id: docs, after: [test], finally: false, required: true },
        { id: report, after: [lint, docs], finally: true, required: false },
      ],
    });
    await graph.run(recordingExecutor().executor);
    expect(plain(graph)).toEqual(before);
  });

  it("gives back the graph over its tasks; blocked and errors are empty until a run, the rest derives from the tasks", async () => {
    const { graph, tasks } = sample();
    const { executor } = recordingExecutor();
    await graph.run(executor);
    const read = TaskGraph.fromJSON(plain(graph), tasks);
    expect(read.toJSON()).toEqual(graph.toJSON());
    expect([read.blocked, read.errors.size]).toEqual([[], 0]);
    expect([read.ok, read.succeeded, read.failed]).toEqual([graph.ok, graph.succeeded, graph.failed]);
    expect([read.roots(), read.leaves()]).toEqual([graph.roots(), graph.leaves()]);
    await read.run(executor);
    expect(read.blocked).toEqual(graph.blocked);
  });

  it("a graph read back runs like the one that was stored", async () => {
    const { graph, tasks } = sample();
    const { executor, ran } = recordingExecutor();
    await TaskGraph.fromJSON(plain(graph), tasks).run(executor);
    expect(ran).toEqual(["lint", "fail test", "report"]);
  });

  it("a graph read back can be extended", async () => {
    const { graph, tasks } = sample();
    const read = TaskGraph.fromJSON(plain(graph), tasks);
    read.add(named("more"), { after: [read.tasks[0]!] });
    const { executor, ran } = recordingExecutor();
    await read.run(executor);
    expect(ran).toContain("more");
  });

  it("an unknown dependency is kept and can be added after reading", async () => {
    const graph = new TaskGraph({ title: "g" });
    const [missing, test] = [named("missing"), named("test")];
    graph.add(test, { after: [missing] });
    const read = TaskGraph.fromJSON(plain(graph), new Map([[test.id, test]]));
    expect(plain(read)).toEqual(plain(graph));
    const { executor, ran } = recordingExecutor();
    await expect(read.run(executor)).rejects.toMatchObject({ code: "unknown_dependency" });
    read.add(missing);
    await read.run(executor);
    expect(ran).toEqual(["missing", "test"]);
  });

  it("a task that is missing throws a StoreError that names it and the graph", () => {
    const { graph, tasks } = sample();
    const [first] = tasks.keys();
    tasks.delete(first!);
    const read = () => TaskGraph.fromJSON(plain(graph), tasks);
    expect(read).toThrow(StoreError);
    expect(read).toThrow(expect.objectContaining({ code: "missing_task" }) as Error);
    expect(read).toThrow(new RegExp(`${first}.* of graph "preflight" \\(g1\\)`));
  });

  it("a document of a newer version is refused with the advice to update", () => {
    const read = () => TaskGraph.fromJSON({ version: 9, id: "g1" }, new Map());
    expect(read).toThrow(expect.objectContaining({ code: "newer_document" }) as Error);
    expect(read).toThrow(/update ttasks/);
  });

  it.each<[string, unknown]>([
    ["version", undefined],
    ["id", 5],
    ["revision", -1],
    ["title", null],
    ["tasks", {}],
    ["tasks", [5]],
    ["tasks", [null]],
    ["tasks", [{ id: "a" }]],
    ["tasks", [{ id: "a", after: [] }]],
    ["tasks", [{ id: 5, after: [] }]],
    ["tasks", [{ id: "a", after: [5] }]],
    ["tasks", [{ id: "a", after: [], finally: "yes" }]],
    ["tasks", [{ id: "a", after: [], required: 0 }]],
    [
      "tasks",
      [
        { id: "a", after: [] },
        { id: "a", after: [] },
      ],
    ],
  ])("a document whose %s is %j is refused by name", (field, value) => {
    const document = { version: 1, id: "g1", revision: 0, title: "g", tasks: [], [field]: value };
    const read = () => TaskGraph.fromJSON(document, new Map([["a", named("a")]]));
    expect(read).toThrow(expect.objectContaining({ name: "StoreError", code: "bad_document" }) as Error);
    expect(read).toThrow(field === "tasks" ? /`tasks|is taken/ : `\`${field}`);
  });

  it.each([null, undefined, [], "g", 5])("a document that is %o is refused", (document) => {
    expect(() => TaskGraph.fromJSON(document, new Map())).toThrow("is damaged: Expected");
  });

  it("a document with a cycle can be read, and its run says so", async () => {
    const a = named("a");
    const read = TaskGraph.fromJSON(
      {
        version: 1,
        id: "g",
        revision: 0,
        title: "g",
        tasks: [{ id: a.id, after: [a.id], finally: false, required: true }],
      },
      new Map([[a.id, a]]),
    );
    await expect(read.run(recordingExecutor().executor)).rejects.toMatchObject({ code: "cycle" });
  });
});
