import { TaskGraph, toDot } from "@ttasks/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { named, recordingExecutor } from "../graph/recording-executor.ts";
import { anyGraph, branchingGraph, edgesOf, HOSTILE_TITLES, isShown, releaseGraph, taskIn } from "./graphs.ts";
import { drawDot } from "./pictures.ts";

describe("toDot", () => {
  it("gives a digraph of the tasks, what comes after what, and the states as colours and in words", async () => {
    const graph = releaseGraph();
    await graph.run(recordingExecutor().executor);
    expect(toDot(graph)).toBe(String.raw`digraph {
  graph [label="release", labelloc=t, rankdir=LR, bgcolor=transparent, fontcolor="#7d8590", fontname="Helvetica,Arial,sans-serif"]
  node [shape=box, margin="0.2,0.1", fontcolor="#1f2328", fontname="Helvetica,Arial,sans-serif"]
  edge [color="#7d8590", fontcolor="#7d8590", fontsize=12, fontname="Helvetica,Arial,sans-serif"]
  t0 [label="lint\n(done)", style="filled,rounded", fillcolor="#dafbe1", color="#1a7f37"]
  t1 [label="fail test\n(failed)", style="filled,rounded", fillcolor="#ffebe9", color="#cf222e"]
  t2 [label="package\n(blocked)", style="filled,rounded", fillcolor="#fff8c5", color="#9a6700"]
  t3 [label="docs\n(done, optional)", style="filled,rounded,dashed", fillcolor="#dafbe1", color="#1a7f37"]
  t4 [label="report\n(done, finally)", style="filled,rounded", fillcolor="#dafbe1", color="#1a7f37", peripheries=2]
  t0 -> t2
  t1 -> t2
  t1 -> t4 [style=dashed]
  t3 -> t4 [style=dashed]
}
`);
  });

  it("draws conditions as dashed edges with labels, and tells skipped tasks and pools", async () => {
    const graph = branchingGraph();
    await graph.run(recordingExecutor().executor, { pools: { cluster: 1 } });
    const dot = toDot(graph);
    expect(dot).toContain(`
  t0 -> t1 [label="failure", style=dashed]
  t1 -> t2 [label="failure", style=dashed]
  t2 -> t3 [label="done", style=dashed]
`);
    const picture = drawDot(dot);
    expect(picture.edges).toEqual(["t0-t1:failure", "t1-t2:failure", "t2-t3:done"]);
    expect(picture.tasks.map(({ lines }) => lines.at(-1))).toEqual([
      "(failed, optional)",
      "(done, pool cluster)",
      "(skipped)",
      "(done)",
    ]);
  });

  it.each(["pending", "running", "done", "failed", "cancelled"] as const)("colours a task that is %s", (state) => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(taskIn(state, "a"));
    expect(drawDot(toDot(graph)).tasks).toEqual([
      { id: "t0", lines: state === "pending" ? ["a"] : ["a", `(${state})`] },
    ]);
    expect(toDot(graph)).toMatch(/t0 \[label="[^"]+", style="filled,rounded", fillcolor="#\w{6}", color="#\w{6}"\]\n/);
  });

  it("draws a graph that cannot run as well: a circle, and a task that is not in it, by its id", () => {
    const graph = new TaskGraph({ title: "broken" });
    const [outside, a, b] = [named("outside"), named("a"), named("b")];
    graph.add(a, { after: [a, b, outside] });
    graph.add(b, { after: [a] });
    const { tasks, edges } = drawDot(toDot(graph));
    expect(tasks).toContainEqual({ id: "t2", lines: [outside.id, "(missing)"] });
    expect([...edges].sort()).toEqual(["t0-t0:", "t0-t1:", "t1-t0:", "t2-t0:"]);
  });

  it("breaks a long title into lines at its spaces", () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("a title that says at great length what it is that the task does"));
    expect(drawDot(toDot(graph)).tasks[0]!.lines).toEqual([
      "a title that says at great",
      "length what it is that the",
      "task does",
    ]);
  });

  it("gives the same text for the same graph with other ids", () => {
    expect(toDot(releaseGraph())).toBe(toDot(releaseGraph()));
  });
});

describe("the real Graphviz", () => {
  it("shows every task and edge of a graph in the finished picture", async () => {
    const graph = releaseGraph();
    await graph.run(recordingExecutor().executor);
    const picture = drawDot(toDot(graph));
    expect(picture.title).toBe("release");
    expect(picture.tasks.map(({ id, lines }) => [id, ...lines].join(" ")).sort()).toEqual([
      "t0 lint (done)",
      "t1 fail test (failed)",
      "t2 package (blocked)",
      "t3 docs (done, optional)",
      "t4 report (done, finally)",
    ]);
    expect([...picture.edges].sort()).toEqual(edgesOf(graph).sort());
  });

  it("accepts a graph without tasks and a title", () => {
    expect(drawDot(toDot(new TaskGraph({ title: "" })))).toEqual({ title: "\xa0", tasks: [], edges: [] });
  });

  it.each(HOSTILE_TITLES.map((title) => [title.slice(0, 40), title]))("shows the title %j as it is", (_, title) => {
    const graph = new TaskGraph({ title });
    graph.add(named(title));
    const picture = drawDot(toDot(graph));
    expect([picture.title]).toSatisfy(isShown(title));
    expect(picture.tasks[0]!.lines).toSatisfy(isShown(title));
  });

  it(
    "accepts any graph with any titles, and finds every task with its title and state, and every edge",
    { timeout: 120_000 },
    () => {
      fc.assert(
        fc.property(anyGraph, (graph) => {
          const { tasks, edges } = drawDot(toDot(graph));
          expect([...edges].sort()).toEqual(edgesOf(graph).sort());
          for (const [place, task] of graph.tasks.entries()) {
            const { lines } = tasks.find(({ id }) => id === `t${place}`)!;
            expect(lines).toSatisfy(isShown(task.title));
            if (!task.isPending) expect(lines.join(" ")).toContain(`(${task.status}`);
          }
        }),
        { numRuns: 300, interruptAfterTimeLimit: 60_000 },
      );
    },
  );
});
