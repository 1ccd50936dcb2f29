import { describe, expect, it } from "vitest";
import {
  AsyncDocumentStore,
  DocumentStore,
  HandlerOutput,
  Task,
  TaskExecutionError,
  TaskExecutor,
  TaskGraph,
} from "@ttasks/core";
import { asyncDriver, MapDriver } from "@ttasks/testkit";

const make = (): Task => new Task({ type: "any", payload: null, title: "Any" });

describe("what a handler in plain JavaScript may say", () => {
  it.each([null, 5, Buffer.from("x"), {}])(
    "an error whose stderr is %o fails the task, which leaves nothing running",
    async (stderr) => {
      const executor = TaskExecutor.empty().register("any", () => {
        throw new TaskExecutionError("boom", { stderr: stderr as unknown as string });
      });
      const task = make();
      await expect(executor.execute(task)).rejects.toThrow("boom");
      expect([task.status, task.error, task.result?.stderr]).toEqual(["failed", "boom", undefined]);
      await executor.close();
    },
  );

  it.each([{ exitCode: NaN }, { exitCode: "1" }, { stderr: Buffer.from("x") }, { signal: 9 }, { truncated: "yes" }])(
    "a result with %o is stored in a form that can be read again",
    async (fields) => {
      const store = new DocumentStore(new MapDriver());
      const executor = TaskExecutor.empty({ store }).register("any", () => new HandlerOutput(fields as object));
      const task = make();
      await executor.execute(task);
      expect(store.tasks.find().map(({ status }) => status)).toEqual(["done"]);
    },
  );

  it.each([
    ["a frozen error", () => Object.freeze(new TaskExecutionError("boom"))],
    [
      "an error whose output throws",
      () => Object.defineProperty(new TaskExecutionError("boom"), "output", { get: () => JSON.parse("{") as unknown }),
    ],
  ])("%s fails the task, and leaves nothing running", async (_name, makeError) => {
    const executor = TaskExecutor.empty().register("any", () => {
      throw makeError();
    });
    const graph = new TaskGraph({ title: "odd" });
    const task = graph.add(make());
    await graph.run(executor);
    expect([task.status, graph.errors.get(task.id)?.name]).toEqual(["failed", "TaskExecutionError"]);
    await executor.close();
  });

  it("an error of the handler's own gets the task's id and title where it has none", async () => {
    const executor = TaskExecutor.empty().register("any", () => {
      throw new TaskExecutionError("boom");
    });
    const task = make();
    await expect(executor.execute(task)).rejects.toMatchObject({ taskId: task.id, title: "Any" });
  });

  it("a graceMs that is no number is refused before the task starts", async () => {
    const executor = TaskExecutor.empty().register(
      "any",
      Object.assign(() => 1, { graceMs: NaN }),
    );
    const task = make();
    await expect(executor.execute(task)).rejects.toThrow(TypeError);
    expect(task.isPending).toBe(true);
  });
});

describe("what an executor tells", () => {
  it("a started event says running, also when the task was cancelled before it went out", async () => {
    const store = new DocumentStore(new MapDriver());
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const seen: string[] = [];
    executor.events.subscribe(({ type, status }) => seen.push(`${type} ${status}`));
    // The save of the second one waits for the end of the turn.
    const tasks = [make(), make()];
    const ended = Promise.allSettled(tasks.map((task) => executor.execute(task)));
    tasks[1]?.cancel();
    await ended;
    expect(seen.slice(0, 2)).toEqual(["started running", "started running"]);
    expect(seen).toContain("cancelled cancelled");
  });

  it("close waits until the cancel of a pending task is saved", async () => {
    const store = new AsyncDocumentStore(asyncDriver(new MapDriver()));
    const executor = TaskExecutor.empty({ store });
    const task = make();
    void executor.cancel(task);
    await executor.close();
    expect((await store.tasks.get(task.id))?.status).toBe("cancelled");
  });

  it("flags that are neither true nor false are refused", () => {
    const graph = new TaskGraph({ title: "g" });
    expect(() => graph.add(make(), { finally: 1 as unknown as boolean })).toThrow(
      "Expected `finally` to be true or false",
    );
    expect(() => graph.add(make(), { required: "no" as unknown as boolean })).toThrow(TypeError);
    expect(graph.tasks).toEqual([]);
  });
});
