import { describe, expect, it } from "vitest";
import { GraphEventType, NoHandlerError, Task, TaskExecutor, TaskGraph, type GraphEvent } from "@ttasks/core";
import { named, recordingExecutor } from "./recording-executor.ts";

function recorded(graph: TaskGraph): GraphEvent[] {
  const events: GraphEvent[] = [];
  graph.events.subscribe((event) => events.push(event));
  return events;
}

describe("graph.events", () => {
  it("tells of the start and the end of a run, with the run itself", async () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("a"));
    const events = recorded(graph);
    await graph.run(recordingExecutor().executor);
    expect(events.map(({ type, run }) => [type, run])).toEqual([
      [GraphEventType.RUN_STARTED, graph.runs[0]],
      [GraphEventType.RUN_FINISHED, graph.runs[0]],
    ]);
    for (const { timestamp } of events) expect(timestamp).toBeInstanceOf(Date);
  });

  it("tells of each blocked task by which dependency, and what it began with", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("fail a"));
    const b = graph.add(named("b"), { after: [a] });
    const c = graph.add(named("c"), { after: [b] });
    const events = recorded(graph);
    await graph.run(recordingExecutor().executor);
    expect(events.slice(1, -1)).toMatchObject([
      { type: "task_blocked", task: b, dependency: a, cause: a, error: graph.errors.get(a.id) },
      { type: "task_blocked", task: c, dependency: b, cause: a, error: graph.errors.get(a.id) },
    ]);
  });

  it("tells of a task that is blocked because another could not start", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(new Task({ type: "unknown", payload: 1 }));
    const b = graph.add(named("b"), { after: [a] });
    const events = recorded(graph);
    await graph.run(recordingExecutor().executor);
    expect(events[1]).toMatchObject({ type: "task_blocked", task: b, cause: a });
    expect((events[1] as { error?: unknown }).error).toBeInstanceOf(NoHandlerError);
  });

  it("tells of each skipped task by which dependency, and on which condition", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    const b = graph.add(named("b"), { after: [{ task: a, on: "failure" }] });
    const c = graph.add(named("c"), { after: [b] });
    const events = recorded(graph);
    await graph.run(recordingExecutor().executor);
    expect(events.slice(1, -1)).toMatchObject([
      { type: GraphEventType.TASK_SKIPPED, task: b, dependency: a, on: "failure" },
      { type: GraphEventType.TASK_SKIPPED, task: c, dependency: b, on: "success" },
    ]);
  });

  it("tells of a run that was aborted before it began", async () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("a"));
    const events = recorded(graph);
    await graph.run(recordingExecutor().executor, { signal: AbortSignal.abort() });
    expect(events.map(({ type, run }) => [type, run.status])).toEqual([
      ["run_started", "cancelled"],
      ["run_finished", "cancelled"],
    ]);
  });

  it("a subscriber that throws disturbs neither the others nor the run", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("fail a"));
    graph.add(named("b"), { after: [a] });
    graph.events.subscribe(() => {
      throw new Error("a bad subscriber");
    });
    const events = recorded(graph);
    await graph.run(recordingExecutor().executor);
    expect(events.map(({ type }) => type)).toEqual(["run_started", "task_blocked", "run_finished"]);
    expect(graph.events.errors.map(({ message }) => message)).toEqual(Array(3).fill("a bad subscriber"));
  });

  it("the end is told when the graph can be run again", async () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("a"));
    const { executor } = recordingExecutor();
    let again: Promise<unknown> | undefined;
    graph.events.subscribe(({ type }) => {
      if (type === "run_finished") again ??= graph.run(executor);
    });
    await graph.run(executor);
    await again;
    expect(graph.runs.map(({ status }) => status)).toEqual(["done", "done"]);
    expect(graph.events.errors).toEqual([]);
  });

  it("nobody who listens is no cost: the bus is made when it is asked for", async () => {
    const graph = new TaskGraph({ title: "g" });
    await graph.run(TaskExecutor.empty());
    expect(graph.events.isActive).toBe(false);
    expect(graph.events).toBe(graph.events);
  });
});
