import { describe, expect, it } from "vitest";
import {
  InMemoryStore,
  InvalidTransitionError,
  Task,
  TaskCancelledError,
  TaskExecutionError,
  TaskExecutor,
  TaskTimeoutError,
} from "@ttasks/core";
import { Gate } from "./gate.ts";
import { recordedEvents, recordedTypes } from "./recorded-events.ts";
import { settle as turn, VirtualClock } from "@ttasks/testkit";

function started(timeoutMs?: number): {
  clock: VirtualClock;
  executor: TaskExecutor;
  task: Task;
  gate: Gate<string>;
  types: string[];
  ended: Promise<unknown>;
} {
  const clock = new VirtualClock();
  const gate = new Gate<string>();
  const executor = new TaskExecutor({ clock, handlers: { any: () => gate.promise } });
  const types = recordedTypes(executor);
  const task = new Task({ type: "any", payload: 1, title: "Any", timeoutMs });
  const ended = executor.execute(task).then(
    ({ output }) => output,
    (error: unknown) => error,
  );
  return { clock, executor, task, gate, types, ended };
}

describe("exactly one ending", () => {
  it("a handler that returns after a cancel is still cancelled", async () => {
    const { executor, task, gate, types, ended } = started();
    await turn();
    const cancelled = executor.cancel(task);
    gate.open("too late");
    expect(await cancelled).toBe(true);
    expect(await ended).toBeInstanceOf(TaskCancelledError);
    expect([task.status, task.result?.output, types]).toEqual(["cancelled", "too late", ["started", "cancelled"]]);
  });

  it("a handler that throws after a cancel is still cancelled", async () => {
    const { executor, task, gate, types, ended } = started();
    await turn();
    const cancelled = executor.cancel(task);
    gate.fail(new Error("boom"));
    expect(await cancelled).toBe(true);
    expect(await ended).toBeInstanceOf(TaskCancelledError);
    expect(types).toEqual(["started", "cancelled"]);
  });

  it("a cancel after the handler's return comes too late", async () => {
    const { executor, task, gate, types, ended } = started();
    await turn();
    gate.open("in time");
    await gate.promise;
    await Promise.resolve();
    const cancelled = executor.cancel(task);
    expect([await ended, await cancelled]).toEqual(["in time", false]);
    expect([task.status, types]).toEqual(["done", ["started", "succeeded"]]);
  });

  it("a timeout after a cancel changes nothing", async () => {
    const { clock, executor, task, gate, types, ended } = started(100);
    await turn();
    const cancelled = executor.cancel(task);
    await clock.advance(100);
    gate.open("late");
    expect([await cancelled, (await ended) instanceof TaskCancelledError]).toEqual([true, true]);
    expect(types).toEqual(["started", "cancelled"]);
  });

  it("a cancel after the timeout changes nothing", async () => {
    const { clock, executor, task, gate, types, ended } = started(100);
    await clock.advance(100);
    const cancelled = executor.cancel(task);
    gate.open("late");
    expect([await cancelled, (await ended) instanceof TaskTimeoutError]).toEqual([false, true]);
    expect([task.status, types]).toEqual(["failed", ["started", "failed"]]);
  });

  it("a handler's cancellation after the timeout is still a timeout", async () => {
    const { clock, task, gate, ended } = started(100);
    await clock.advance(100);
    gate.fail(new TaskCancelledError());
    expect(await ended).toBeInstanceOf(TaskTimeoutError);
    expect(task.status).toBe("failed");
  });

  it("a cancel inside the started event keeps the handler from being called", async () => {
    let calls = 0;
    const executor = TaskExecutor.empty().register("any", () => {
      calls++;
    });
    const types = recordedTypes(executor);
    const answers: Promise<boolean>[] = [];
    executor.events.subscribe(({ type, task }) => {
      if (type === "started") answers.push(executor.cancel(task));
    });
    const task = new Task({ type: "any", payload: 1 });
    await expect(executor.execute(task)).rejects.toBeInstanceOf(TaskCancelledError);
    expect(await Promise.all(answers)).toEqual([true]);
    expect([task.status, task.result?.status, calls, types]).toEqual([
      "cancelled",
      "cancelled",
      0,
      ["started", "cancelled"],
    ]);
  });

  it("a cancel inside the terminal event comes too late, and does not wait for itself", async () => {
    const executor = TaskExecutor.empty().register("any", () => 1);
    const answers: Promise<boolean>[] = [];
    executor.events.subscribe(({ type, task }) => {
      if (type === "succeeded") answers.push(executor.cancel(task));
    });
    await executor.execute(new Task({ type: "any", payload: 1 }));
    expect(await Promise.all(answers)).toEqual([false]);
  });

  it("executing the task again inside its own events is rejected", async () => {
    const executor = TaskExecutor.empty().register("any", () => 1);
    const errors: Promise<unknown>[] = [];
    executor.events.subscribe(({ task }) => errors.push(executor.execute(task).catch((error: unknown) => error)));
    await executor.execute(new Task({ type: "any", payload: 1 }));
    for (const error of await Promise.all(errors)) expect(error).toBeInstanceOf(InvalidTransitionError);
    expect(errors).toHaveLength(2);
  });

  it("a subscriber may execute another task in an event", async () => {
    const executor = TaskExecutor.empty().register("any", () => 1);
    const next = new Task({ type: "any", payload: 2 });
    let second: Promise<unknown> | undefined;
    executor.events.subscribe(({ type, task }) => {
      if (type === "succeeded" && task !== next) second = executor.execute(next);
    });
    await executor.execute(new Task({ type: "any", payload: 1 }));
    await second;
    expect(next.isDone).toBe(true);
  });

  it("a subscriber may close the executor in an event", async () => {
    const executor = TaskExecutor.empty().register("any", () => 1);
    let closed: Promise<void> | undefined;
    executor.events.subscribe(() => (closed = executor.close()));
    expect((await executor.execute(new Task({ type: "any", payload: 1 }))).output).toBe(1);
    await closed;
  });

  it("a cancel from within the handler is its ending", async () => {
    const executor: TaskExecutor = TaskExecutor.empty().register("any", ({ task }) => {
      void executor.cancel(task);
      return "returned all the same";
    });
    const task = new Task({ type: "any", payload: 1 });
    await expect(executor.execute(task)).rejects.toBeInstanceOf(TaskCancelledError);
    expect(task.status).toBe("cancelled");
  });
});

describe("a move from outside while an executor runs the task", () => {
  it("task.cancel() moves the state at once and aborts the handler; the executor attaches the result", async () => {
    const executor = TaskExecutor.empty().register(
      "any",
      ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve("heard"))),
    );
    const events = recordedEvents(executor);
    const task = new Task({ type: "any", payload: 1, title: "Any" });
    const ended = executor.execute(task).catch((error: unknown) => error);
    await turn();
    task.cancel();
    expect([task.status, task.result]).toEqual(["cancelled", undefined]);
    expect(await ended).toMatchObject({
      name: "AbortError",
      message: 'Task "Any" was moved to cancelled while it ran',
    });
    expect(task.result).toMatchObject({ status: "cancelled", output: "heard" });
    expect(events.map(({ type, status }) => [type, status])).toEqual([
      ["started", "running"],
      ["cancelled", "cancelled"],
    ]);
  });

  it("transitionTo('done') is a success, with what the handler has to show", async () => {
    const { task, gate, types, ended } = started();
    await turn();
    task.transitionTo("done");
    gate.open("shown");
    expect([await ended, task.status, task.result?.status, types]).toEqual([
      "shown",
      "done",
      "done",
      ["started", "succeeded"],
    ]);
  });

  it("transitionTo('done') is a success even if the handler then throws", async () => {
    const { task, gate, types, ended } = started();
    await turn();
    task.transitionTo("done");
    gate.fail(new Error("boom"));
    expect([await ended, task.status, task.result?.error, types]).toEqual([
      undefined,
      "done",
      undefined,
      ["started", "succeeded"],
    ]);
  });

  it("transitionTo('failed') is a failure that says so", async () => {
    const { task, gate, types, ended } = started();
    await turn();
    task.transitionTo("failed");
    gate.open("out");
    expect(await ended).toBeInstanceOf(TaskExecutionError);
    expect([task.error, types]).toEqual(['Task "Any" was moved to failed while it ran', ["started", "failed"]]);
  });

  it("task.cancel() between the handler's return and the end is the ending", async () => {
    const { task, gate, types, ended } = started();
    await turn();
    gate.open("returned");
    task.cancel();
    const error = await ended;
    expect(error).toBeInstanceOf(TaskCancelledError);
    expect([task.status, task.result?.status, task.result?.output, types]).toEqual([
      "cancelled",
      "cancelled",
      "returned",
      ["started", "cancelled"],
    ]);
  });

  it("the state that a task was moved to stands, also after a cancel that was under way", async () => {
    const { executor, task, gate, types, ended } = started();
    await turn();
    void executor.cancel(task);
    task.transitionTo("failed");
    gate.open("out");
    expect(await ended).toBeInstanceOf(TaskExecutionError);
    expect([task.status, task.result?.status, types]).toEqual(["failed", "failed", ["started", "failed"]]);
  });

  it("task.cancel() while the start is being saved keeps the handler from being called", async () => {
    const memory = new InMemoryStore();
    const saved = new Gate();
    let calls = 0;
    const executor = new TaskExecutor({
      store: { tasks: memory.tasks, graphs: memory.graphs, runs: memory.runs, record: () => saved.promise },
      handlers: {
        any: () => {
          calls++;
        },
      },
    });
    const task = new Task({ type: "any", payload: 1 });
    const ended = executor.execute(task).catch((error: unknown) => error);
    await turn();
    task.cancel();
    saved.open();
    expect(await ended).toBeInstanceOf(TaskCancelledError);
    expect([task.result?.status, calls]).toEqual(["cancelled", 0]);
  });

  it("a handler that ignores it is abandoned like after any stop", async () => {
    const { clock, task, ended } = started();
    await turn();
    task.cancel();
    await clock.advance(5_000);
    expect(await ended).toBeInstanceOf(TaskCancelledError);
    expect([task.result?.status, clock.timerCount]).toEqual(["cancelled", 0]);
  });

  it("a second move throws and the first stands", async () => {
    const { task, gate, ended } = started();
    await turn();
    task.cancel();
    expect(() => task.transitionTo("done")).toThrow(InvalidTransitionError);
    gate.open("out");
    expect(await ended).toBeInstanceOf(TaskCancelledError);
  });

  it("executor.cancel after task.cancel() is false, and waits until the executor is through", async () => {
    const { executor, task, gate } = started();
    await turn();
    task.cancel();
    let isSettled = false;
    const cancelled = executor.cancel(task).then((value) => ((isSettled = true), value));
    await turn();
    expect(isSettled).toBe(false);
    gate.open("out");
    expect(await cancelled).toBe(false);
    expect(task.result?.status).toBe("cancelled");
  });
});
