import { describe, expect, it } from "vitest";
import { Task, TaskExecutor, TaskGraph, type ExecutorOptions, type GraphEvent } from "@ttasks/core";

const named = (title: string, payload: "ok" | "fail" | number = "ok"): Task => new Task({ type: "t", payload, title });

function executor(options?: ExecutorOptions): TaskExecutor {
  return new TaskExecutor(options).register("t", async ({ task: { payload } }) => {
    if (payload === "fail") throw new Error("boom");
    if (typeof payload === "number") await new Promise((resolve) => setTimeout(resolve, payload));
    return payload;
  });
}

describe("a rerun that is aborted before it starts", () => {
  it("keeps every result, and is a cancelled run", async () => {
    const graph = new TaskGraph({ title: "g" });
    const task = graph.add(named("A"));
    await graph.run(executor());
    const { result } = task;
    await graph.rerun(executor(), { from: task, signal: AbortSignal.abort() });
    expect([task.status, task.result]).toEqual(["done", result]);
    expect(graph.runs.map(({ trigger, status }) => [trigger, status])).toEqual([
      ["run", "done"],
      ["rerun", "cancelled"],
    ]);
  });

  it("that was aborted while it ran explains what it did not start, however soon it followed", async () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("x", "fail"));
    const last = graph.add(named("y", "fail"));
    await graph.run(executor());
    const caller = new AbortController();
    const aborting = new TaskExecutor().register("t", () => caller.abort());
    await graph.rerun(aborting, { failed: true, concurrency: 1, signal: caller.signal });
    expect(graph.explain(last).kind).toBe("aborted");
  });
});

describe("an explanation", () => {
  it("passes over a dependency that is not in the graph to the one that failed", async () => {
    const graph = new TaskGraph({ title: "g" });
    const failed = graph.add(named("F", "fail"));
    const blocked = graph.add(named("C"), { after: [named("missing"), failed] });
    await executor()
      .execute(failed)
      .catch(() => undefined);
    expect(graph.explain(blocked).sentence).toBe('"C" is blocked by "F", which failed: boom.');
  });

  it("of a task that the run has given up says so until that run is over, though its cause has changed", async () => {
    const graph = new TaskGraph({ title: "g" });
    const shared = graph.add(named("X", 30));
    const dependent = graph.add(named("D"), { after: [shared] });
    graph.add(named("L", 100));
    const [outside, inside] = [executor().execute(shared), graph.run(executor())];
    await outside;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(graph.blocked).toEqual([dependent]);
    expect(graph.explain(dependent).kind).toBe("blocked");
    await inside;
  });

  it("is one line, whatever the titles", async () => {
    const graph = new TaskGraph({ title: "g" });
    const failed = graph.add(named("line 1\nline 2\u001b[31m", "fail"));
    const blocked = graph.add(named("B"), { after: [failed] });
    await graph.run(executor());
    expect(graph.explain(blocked).sentence).toBe('"B" is blocked by "line 1 line 2 [31m", which failed: boom.');
  });
});

it("a task that was ended by hand while it waited is not told as blocked", async () => {
  const graph = new TaskGraph({ title: "g" });
  const failing = graph.add(named("A", 10));
  const dependent = graph.add(named("B"), { after: [failing] });
  const events: GraphEvent[] = [];
  graph.events.subscribe((event) => events.push(event));
  const run = graph.run(
    new TaskExecutor().register("t", async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error("boom");
    }),
  );
  dependent.transitionTo("running");
  dependent.transitionTo("done");
  await run;
  expect(events.map(({ type }) => type)).toEqual(["run_started", "run_finished"]);
});

it("the failure of a finally task has kept nothing from starting", async () => {
  const graph = new TaskGraph({ title: "g" });
  graph.add(named("A"));
  graph.add(named("report", "fail"), { finally: true });
  await graph.run(executor(), { failFast: true });
  expect(graph.runs[0]).toMatchObject({ status: "failed", failedFast: undefined });
});

it("what a run keeps of why a task could not start is bounded", async () => {
  const graph = new TaskGraph({ title: "g" });
  graph.add(new Task({ type: "unknown", payload: null, title: "T".repeat(50_000) }));
  await graph.run(executor());
  expect(graph.runs[0]?.refused[0]?.reason.length).toBeLessThanOrEqual(1_000);
});
