import { InMemoryStore, TaskExecutor, TaskGraph, toMermaid } from "@ttasks/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { named, recordingExecutor } from "../graph/recording-executor.ts";
import { anyGraph, branchingGraph, edgesOf, HOSTILE_TITLES, isShown, releaseGraph, taskIn } from "./graphs.ts";
import { drawMermaid, linesOf, parseMermaid } from "./pictures.ts";

describe("toMermaid", () => {
  it("gives a flowchart of the tasks, what comes after what, and the states as colours and in words", async () => {
    const graph = releaseGraph();
    await graph.run(recordingExecutor().executor);
    expect(toMermaid(graph)).toBe(`---
title: "release"
---
flowchart LR
  t0["lint<br/>(done)"]
  t1["fail test<br/>(failed)"]
  t2["package<br/>(blocked)"]
  t3["docs<br/>(done, optional)"]
  t4(["report<br/>(done, finally)"])
  t0 --> t2
  t1 --> t2
  t1 -.-> t4
  t3 -.-> t4
  classDef done fill:#dafbe1,stroke:#1a7f37,color:#1f2328
  class t0,t3,t4 done
  classDef failed fill:#ffebe9,stroke:#cf222e,color:#1f2328
  class t1 failed
  classDef blocked fill:#fff8c5,stroke:#9a6700,color:#1f2328
  class t2 blocked
  classDef optional stroke-dasharray:5 4
  class t3 optional
`);
  });

  it("draws conditions as dashed edges with labels, and tells skipped tasks and pools", async () => {
    const graph = branchingGraph();
    await graph.run(recordingExecutor().executor, { pools: { cluster: 1 } });
    expect(toMermaid(graph)).toContain(`
  t0["fail deploy<br/>(failed, optional)"]
  t1["rollback<br/>(done, pool cluster)"]
  t2["find out why<br/>(skipped)"]
  t3["notify<br/>(done)"]
  t0 -.->|failure| t1
  t1 -.->|failure| t2
  t2 -.->|done| t3
`);
    const picture = await drawMermaid(toMermaid(graph));
    expect(picture.edges).toEqual(["t0-t1:failure", "t1-t2:failure", "t2-t3:done"]);
  });

  it("gives a plan where nothing has run: titles without a state", () => {
    expect(toMermaid(releaseGraph())).toContain(`
  t0["lint"]
  t1["fail test"]
  t2["package"]
  t3["docs<br/>(optional)"]
  t4(["report<br/>(finally)"])
`);
  });

  it.each(["pending", "running", "done", "failed", "cancelled"] as const)(
    "colours a task that is %s",
    async (state) => {
      const graph = new TaskGraph({ title: "g" });
      graph.add(taskIn(state, "a"));
      const { vertices } = await parseMermaid(toMermaid(graph));
      expect(vertices).toMatchObject([{ id: "t0", type: "square", classes: [state] }]);
      expect(linesOf(vertices[0]!)).toEqual(state === "pending" ? ["a"] : ["a", `(${state})`]);
      expect(toMermaid(graph)).toMatch(new RegExp(`classDef ${state} fill:#\\w{6},stroke:#\\w{6},color:#\\w{6}\n`));
    },
  );

  it("draws a graph that cannot run as well: a circle, and a task that is not in it, by its id", async () => {
    const graph = new TaskGraph({ title: "broken" });
    const [outside, a, b] = [named("outside"), named("a"), named("b")];
    graph.add(a, { after: [b, outside] });
    graph.add(b, { after: [a] });
    const { vertices, edges } = await parseMermaid(toMermaid(graph));
    expect(vertices.map((vertex) => [vertex.id, ...linesOf(vertex)])).toEqual([
      ["t0", "a"],
      ["t1", "b"],
      ["t2", outside.id, "(missing)"],
    ]);
    expect(edges.map(({ start, end }) => [start, end])).toEqual([
      ["t1", "t0"],
      ["t2", "t0"],
      ["t0", "t1"],
    ]);
  });

  it("accepts a graph without tasks and a title", async () => {
    expect(await parseMermaid(toMermaid(new TaskGraph({ title: "" })))).toEqual({ vertices: [], edges: [] });
  });

  it("gives the same text for the same graph with other ids, and for one that was loaded", async () => {
    const store = new InMemoryStore();
    const graphs = [releaseGraph(), releaseGraph()];
    for (const graph of graphs) await graph.run(TaskExecutor.empty({ store }));
    expect(toMermaid(graphs[1]!)).toBe(toMermaid(graphs[0]!));
    const plan = releaseGraph();
    const loaded = TaskGraph.fromJSON(plan.toJSON(), new Map(plan.tasks.map((task) => [task.id, task])));
    expect(toMermaid(loaded)).toBe(toMermaid(plan));
  });
});

describe("the real Mermaid", () => {
  it("shows every task and edge of a graph in the finished picture", async () => {
    const graph = releaseGraph();
    await graph.run(recordingExecutor().executor);
    const picture = await drawMermaid(toMermaid(graph));
    expect(picture.title).toBe("release");
    expect(picture.tasks).toEqual([
      { id: "t0", lines: ["lint", "(done)"] },
      { id: "t1", lines: ["fail test", "(failed)"] },
      { id: "t2", lines: ["package", "(blocked)"] },
      { id: "t3", lines: ["docs", "(done, optional)"] },
      { id: "t4", lines: ["report", "(done, finally)"] },
    ]);
    expect(picture.edges).toEqual(edgesOf(graph));
  });

  it("shows any title as it is in the finished picture", async () => {
    const graph = new TaskGraph({ title: "titles" });
    for (const title of HOSTILE_TITLES) graph.add(named(title));
    const { tasks } = await drawMermaid(toMermaid(graph));
    expect(tasks.map(({ id }) => id)).toEqual(HOSTILE_TITLES.map((_, place) => `t${place}`));
    for (const [place, title] of HOSTILE_TITLES.entries()) expect(tasks[place]!.lines).toSatisfy(isShown(title));
  });

  it.each(HOSTILE_TITLES.filter(({ length }) => length < 100))("shows the graph's title %j", async (title) => {
    const picture = await drawMermaid(toMermaid(new TaskGraph({ title })));
    // Mermaid takes what looks like a tag out of it.
    expect([picture.title]).toSatisfy(isShown(title.replaceAll("<", "＜")));
  });

  it(
    "accepts any graph with any titles, and finds every task with its title and state, and every edge",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(anyGraph, async (graph) => {
          const { vertices, edges } = await parseMermaid(toMermaid(graph));
          expect(edges.map(({ start, end, text }) => `${start}-${end}:${text}`)).toEqual(edgesOf(graph));
          for (const [place, task] of graph.tasks.entries()) {
            const vertex = vertices.find(({ id }) => id === `t${place}`)!;
            expect(linesOf(vertex)).toSatisfy(isShown(task.title));
            expect(vertex.classes).toContain(task.isPending && graph.skipped.includes(task) ? "skipped" : task.status);
          }
        }),
        { numRuns: 100, interruptAfterTimeLimit: 60_000 },
      );
    },
  );
});
