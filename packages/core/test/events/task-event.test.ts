import { describe, expect, it } from "vitest";
import { Task, TaskCancelledError, TaskEventType, TaskExecutor, TaskStatus, type TaskEvent } from "@ttasks/core";
import { recordedEvents } from "../executor/recorded-events.ts";

function executorWith(handler: () => unknown): { executor: TaskExecutor; events: TaskEvent[] } {
  const executor = TaskExecutor.empty().register("any", handler);
  return { executor, events: recordedEvents(executor) };
}

const anyTask = (): Task => new Task({ type: "any", payload: 1, title: "Any" });

describe("the events of a task", () => {
  it("have the types started, succeeded, failed, cancelled and persistence_failed", () => {
    expect(TaskEventType).toMatchObject({
      STARTED: "started",
      SUCCEEDED: "succeeded",
      FAILED: "failed",
      CANCELLED: "cancelled",
      PERSISTENCE_FAILED: "persistence_failed",
    });
  });

  it("tell type, id, live task, both states and the time", async () => {
    const { executor, events } = executorWith(() => "out");
    const task = anyTask();
    const before = Date.now();
    await executor.execute(task);
    expect(events).toHaveLength(2);
    expect(events[0]).toEqual({
      type: "started",
      taskId: task.id,
      task: expect.anything(),
      previousStatus: "pending",
      status: "running",
      timestamp: expect.any(Date),
      error: undefined,
    });
    expect(events[1]).toMatchObject({ type: "succeeded", previousStatus: "running", status: "done", error: undefined });
    for (const event of events) {
      expect(event.task).toBe(task);
      expect(event.timestamp.getTime()).toBeGreaterThanOrEqual(before);
      expect(event.timestamp.getTime()).toBeLessThanOrEqual(Date.now());
    }
  });

  it("a failure's event carries the very error that execute rejects with", async () => {
    const { executor, events } = executorWith(() => {
      throw new Error("boom");
    });
    const error: unknown = await executor.execute(anyTask()).catch((thrown: unknown) => thrown);
    expect(events.map(({ type }) => type)).toEqual(["started", "failed"]);
    expect(events[1]?.error).toBe(error);
    expect(events[1]?.status).toBe(TaskStatus.FAILED);
  });

  it("a cancelled task's event carries its TaskCancelledError", async () => {
    const { executor, events } = executorWith(() => {
      throw new TaskCancelledError("not today");
    });
    await expect(executor.execute(anyTask())).rejects.toThrow("not today");
    expect(events.map(({ type }) => type)).toEqual(["started", "cancelled"]);
    expect(events[1]?.error).toBeInstanceOf(TaskCancelledError);
  });

  it("a task that is cancelled before its start has the one event cancelled", async () => {
    const { executor, events } = executorWith(() => "out");
    await executor.cancel(anyTask());
    expect(events.map(({ type, previousStatus, status }) => [type, previousStatus, status])).toEqual([
      ["cancelled", "pending", "cancelled"],
    ]);
  });

  it("the result is attached when a terminal event comes", async () => {
    const { executor } = executorWith(() => "out");
    const outputs: unknown[] = [];
    executor.events.subscribe(({ task }) => outputs.push(task.result?.output));
    await executor.execute(anyTask());
    expect(outputs).toEqual([undefined, "out"]);
  });

  it("subscribers see started and succeeded for the length of `subscribed`, and nothing after", async () => {
    const { executor } = executorWith(() => "out");
    const seen: TaskEvent[] = [];
    const subscription = executor.events.subscribed((event) => seen.push(event));
    await executor.execute(anyTask());
    subscription[Symbol.dispose]();
    await executor.execute(anyTask());
    expect(seen.map((event) => event.type)).toEqual([TaskEventType.STARTED, TaskEventType.SUCCEEDED]);
  });

  it("a subscriber that throws does not fail the task", async () => {
    const { executor, events } = executorWith(() => "out");
    executor.events.subscribe(() => {
      throw new Error("observer");
    });
    const task = anyTask();
    expect((await executor.execute(task)).output).toBe("out");
    expect(task.isDone).toBe(true);
    expect(events).toHaveLength(2);
    expect(executor.events.errors.map(({ message }) => message)).toEqual(["observer", "observer"]);
  });

  it("a subscriber that throws something unprintable does not fail the task", async () => {
    const { executor } = executorWith(() => "out");
    executor.events.subscribe(() => {
      throw Object.create(null);
    });
    expect((await executor.execute(anyTask())).output).toBe("out");
    await executor.close();
    expect(executor.events.errorCount).toBe(2);
  });
});
