import { describe, expect, it } from "vitest";
import { NoHandlerError, Task, TaskExecutor, TaskType, type Handler } from "@ttasks/core";

const run = (executor: TaskExecutor, type: string): Promise<unknown> =>
  executor.execute(new Task({ type, payload: "x" })).then(({ output }) => output);

function disposable(onDispose: () => void | Promise<void>): Handler {
  return Object.assign(() => "ran", { [Symbol.asyncDispose]: async () => onDispose() });
}

describe("registering handlers", () => {
  it("a handler runs the tasks of its type", async () => {
    const executor = TaskExecutor.empty();
    executor.register(TaskType.BASH, () => "handled");
    expect(await run(executor, "bash")).toBe("handled");
  });

  it("register replaces the handler before", async () => {
    const executor = new TaskExecutor({ handlers: { bash: () => "first" } });
    executor.register("bash", () => "second");
    expect(await run(executor, "bash")).toBe("second");
  });

  it("use registers several, and skips what is undefined", async () => {
    const executor = TaskExecutor.empty().use({ a: () => "A", b: () => "B", c: undefined });
    expect([await run(executor, "a"), await run(executor, "b")]).toEqual(["A", "B"]);
    await expect(run(executor, "c")).rejects.toBeInstanceOf(NoHandlerError);
  });

  it("several maps are spread into one", async () => {
    const executor = new TaskExecutor({ handlers: { ...{ a: () => 1 }, ...{ b: () => 2 } } });
    expect([await run(executor, "a"), await run(executor, "b")]).toEqual([1, 2]);
  });

  it("register and use give back the executor", () => {
    const executor = TaskExecutor.empty();
    expect(executor.register("a", () => 1)).toBe(executor);
    expect(executor.use({})).toBe(executor);
  });

  it("an empty executor has no handler: the error says how to register one and the task stays pending", async () => {
    const task = Task.bash("x", { title: "Build" });
    const error = await TaskExecutor.empty()
      .execute(task)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoHandlerError);
    expect(error).toMatchObject({ code: "no_handler", taskId: task.id, title: "Build", type: "bash" });
    expect((error as Error).message).toContain('register one with executor.register("bash", handler)');
    expect([task.status, task.result]).toEqual(["pending", undefined]);
  });

  it.each(["toString", "__proto__", "constructor"])("a type named %s has no handler by accident", async (type) => {
    await expect(run(TaskExecutor.empty(), type)).rejects.toBeInstanceOf(NoHandlerError);
    expect(
      await run(
        TaskExecutor.empty().register(type, () => "mine"),
        type,
      ),
    ).toBe("mine");
  });

  it.each<[unknown, unknown, string]>([
    ["", () => 1, "Expected `type` to be a non-empty string, got `` (string)"],
    [5, () => 1, "Expected `type` to be a non-empty string, got `5` (number)"],
    ["a", undefined, "Expected `handler of a` to be a function, got"],
    ["a", {}, "Expected `handler of a` to be a function, got"],
  ])("register(%o, %o) throws a TypeError", (type, handler, message) => {
    const executor = TaskExecutor.empty();
    expect(() => executor.register(type as string, handler as Handler)).toThrow(TypeError);
    expect(() => executor.register(type as string, handler as Handler)).toThrow(message);
  });

  it("use checks all before it takes the first", async () => {
    const executor = TaskExecutor.empty();
    expect(() => executor.use({ a: () => 1, b: 5 as unknown as Handler })).toThrow(TypeError);
    await expect(run(executor, "a")).rejects.toBeInstanceOf(NoHandlerError);
  });

  it("a task goes on with the handler that it started with when another is registered meanwhile", async () => {
    const executor = TaskExecutor.empty();
    executor.register("a", async () => {
      executor.register("a", () => "new");
      return "old";
    });
    expect([await run(executor, "a"), await run(executor, "a")]).toEqual(["old", "new"]);
  });
});

describe("disposing of handlers", () => {
  it("close disposes of each handler once, also of one that serves two types", async () => {
    let disposed = 0;
    const handler = disposable(() => {
      disposed++;
    });
    const executor = new TaskExecutor({ handlers: { a: handler, b: handler } });
    await executor.close();
    await executor.close();
    await executor[Symbol.asyncDispose]();
    expect(disposed).toBe(1);
  });

  it("a handler that was replaced is disposed of all the same", async () => {
    const disposed: string[] = [];
    const executor = TaskExecutor.empty()
      .register(
        "a",
        disposable(() => void disposed.push("old")),
      )
      .register(
        "a",
        disposable(() => void disposed.push("new")),
      );
    await executor.close();
    expect(disposed).toEqual(["old", "new"]);
  });

  it.each<[string, () => Promise<void>]>([["rejects", () => Promise.reject(new Error("cannot free"))]])(
    "a disposal that %s rejects close, after all others were disposed of",
    async (_how, fail) => {
      const disposed: string[] = [];
      const executor = TaskExecutor.empty()
        .register("a", disposable(fail))
        .register(
          "b",
          disposable(() => void disposed.push("b")),
        );
      await expect(executor.close()).rejects.toThrow("cannot free");
      expect(disposed).toEqual(["b"]);
    },
  );

  it("a disposal that throws at once rejects close, too", async () => {
    const disposed: string[] = [];
    const throwing = Object.assign(() => 1, {
      [Symbol.asyncDispose]: (): Promise<void> => {
        throw new Error("cannot free");
      },
    });
    const executor = TaskExecutor.empty()
      .register("a", throwing)
      .register(
        "b",
        disposable(() => void disposed.push("b")),
      );
    await expect(executor.close()).rejects.toThrow("cannot free");
    expect(disposed).toEqual(["b"]);
  });

  it("handlers without a disposal need none", async () => {
    await expect(
      TaskExecutor.empty()
        .register("a", () => 1)
        .close(),
    ).resolves.toBeUndefined();
  });
});
