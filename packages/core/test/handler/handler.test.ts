import { describe, expect, it } from "vitest";
import {
  HandlerOutput,
  InMemoryStore,
  Task,
  TaskCancelledError,
  TaskExecutionError,
  TaskExecutor,
  type Handler,
  type HandlerContext,
} from "@ttasks/core";

const anyTask = (): Task => new Task({ type: "any", payload: { n: 1 }, title: "Any" });

function running(handler: Handler): { executor: TaskExecutor; task: Task } {
  return { executor: TaskExecutor.empty().register("any", handler), task: anyTask() };
}

describe("what a handler returns", () => {
  it.each<[string, unknown]>([
    ["a string", "out"],
    ["an object", { a: 1 }],
    ["undefined", undefined],
    ["null", null],
    ["false", false],
    ["an Error that is returned, not thrown", new Error("returned")],
  ])("%s is the output and a success", async (_what, output) => {
    for (const handler of [() => output, () => Promise.resolve(output)]) {
      const { executor, task } = running(handler);
      expect((await executor.execute(task)).output).toBe(output);
      expect(task.isDone).toBe(true);
    }
  });

  it("a HandlerOutput says more than the value", async () => {
    const raw = { live: true };
    const { executor, task } = running(
      () => new HandlerOutput({ output: "out", stderr: "warn", exitCode: 0, signal: "SIGHUP", truncated: true, raw }),
    );
    const result = await executor.execute(task);
    expect(result).toMatchObject({ output: "out", stderr: "warn", exitCode: 0, signal: "SIGHUP", truncated: true });
    expect(result.raw).toBe(raw);
    expect(result.error).toBeUndefined();
  });

  it("a thenable is waited for", async () => {
    const { executor, task } = running(() => ({
      then: (resolve: (value: string) => void) => resolve("from a thenable"),
    }));
    expect((await executor.execute(task)).output).toBe("from a thenable");
  });

  it("a function that has a then is waited for, as await does", async () => {
    const thenable = Object.assign(() => undefined, { then: (resolve: (value: string) => void) => resolve("called") });
    const { executor, task } = running(() => thenable);
    expect((await executor.execute(task)).output).toBe("called");
  });

  it("of a thenable that calls back twice the first call counts", async () => {
    const { executor, task } = running(() => ({
      then(resolve: (value: string) => void, reject: (error: unknown) => void) {
        resolve("first");
        reject(new Error("second"));
        resolve("third");
        throw new Error("fourth");
      },
    }));
    expect((await executor.execute(task)).output).toBe("first");
  });

  it("a thenable that throws fails the task", async () => {
    const { executor, task } = running(() => ({
      then() {
        throw new Error("bad then");
      },
    }));
    await expect(executor.execute(task)).rejects.toThrow('Task "Any" failed: bad then');
    expect(task.isFailed).toBe(true);
  });

  it("an object whose `then` cannot be read fails the task", async () => {
    const { executor, task } = running(() => ({
      get then(): unknown {
        throw new Error("no then");
      },
    }));
    await expect(executor.execute(task)).rejects.toThrow("no then");
    expect(task.isFailed).toBe(true);
  });

  it("an object with a `then` that is no function is a plain output", async () => {
    const output = { then: "later" };
    const { executor, task } = running(() => output);
    expect((await executor.execute(task)).output).toBe(output);
  });
});

describe("what a handler throws", () => {
  it("any error becomes the cause of a TaskExecutionError", async () => {
    const cause = new RangeError("boom");
    const { executor, task } = running(() => {
      throw cause;
    });
    const error = await executor.execute(task).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TaskExecutionError);
    expect(error).toMatchObject({
      message: 'Task "Any" failed: boom',
      taskId: task.id,
      title: "Any",
      code: "execution_failed",
    });
    expect((error as Error).cause).toBe(cause);
    expect([task.status, task.error, task.result?.status, task.result?.error]).toEqual([
      "failed",
      "boom",
      "failed",
      "boom",
    ]);
  });

  it("a rejection counts like a throw", async () => {
    const { executor, task } = running(() => Promise.reject(new Error("boom")));
    await expect(executor.execute(task)).rejects.toBeInstanceOf(TaskExecutionError);
    expect(task.isFailed).toBe(true);
  });

  it("an error of ttasks is passed on as it is", async () => {
    const thrown = new TaskExecutionError("exit code 7", { output: "out", stderr: "boom\n", exitCode: 7, raw: 1 });
    const { executor, task } = running(() => {
      throw thrown;
    });
    await expect(executor.execute(task)).rejects.toBe(thrown);
    expect(task.result).toMatchObject({ status: "failed", output: "out", stderr: "boom\n", exitCode: 7, raw: 1 });
    expect(task.error).toBe("boom\n");
  });

  it("without a stderr the error's sentence is what the result tells", async () => {
    const { executor, task } = running(() => {
      throw new TaskExecutionError("exit code 7", { stderr: " \n", exitCode: 7 });
    });
    await expect(executor.execute(task)).rejects.toThrow("exit code 7");
    expect(task.error).toBe("exit code 7");
  });

  it.each<[string, unknown, string]>([
    ["a string", "text", "text"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["a number", 0, "0"],
    ["an error without a message", new Error(), "the handler threw an error without a message"],
  ])("%s fails the task as well", async (_what, thrown, message) => {
    const { executor, task } = running(() => {
      throw thrown;
    });
    const error = await executor.execute(task).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "TaskExecutionError", message: `Task "Any" failed: ${message}` });
    expect((error as Error).cause).toBe(thrown);
    expect(task.error).toBe(message);
  });

  it.each<[string, () => unknown]>([
    ["has no prototype", () => Object.create(null)],
    [
      "throws when it is printed",
      () => ({
        toString() {
          throw new Error("no text");
        },
      }),
    ],
    [
      "is a revoked Proxy",
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
    ],
    [
      "is an error whose message cannot be read",
      () =>
        Object.defineProperty(new Error(), "message", {
          get() {
            throw new Error("no message");
          },
        }),
    ],
  ])("a thrown object that %s fails the task and leaves nothing running", async (_what, make) => {
    const { executor, task } = running(() => {
      throw make();
    });
    await expect(executor.execute(task)).rejects.toBeInstanceOf(TaskExecutionError);
    expect([task.status, task.result?.status]).toEqual(["failed", "failed"]);
    await executor.close();
  });

  it("throwing TaskCancelledError cancels the task, and the executor makes the transition and the result", async () => {
    const { executor, task } = running(() => {
      throw new TaskCancelledError("changed my mind");
    });
    await expect(executor.execute(task)).rejects.toMatchObject({ name: "AbortError", code: "cancelled" });
    expect([task.status, task.result?.status, task.error]).toEqual(["cancelled", "cancelled", "changed my mind"]);
  });

  it("an AbortError that is thrown because context.signal was aborted cancels the task", async () => {
    const { executor, task } = running(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
        }),
    );
    const ended = executor.execute(task).catch((error: unknown) => error);
    await executor.cancel(task);
    expect(await ended).toBeInstanceOf(TaskCancelledError);
    expect(task.isCancelled).toBe(true);
  });

  it("an AbortError of something else fails the task", async () => {
    const { executor, task } = running(() => {
      throw new DOMException("somebody else's", "AbortError");
    });
    await expect(executor.execute(task)).rejects.toBeInstanceOf(TaskExecutionError);
    expect(task.isFailed).toBe(true);
  });
});

describe("what a handler is given", () => {
  it("has task, upstream, signal and output", async () => {
    let seen: HandlerContext | undefined;
    const parent = anyTask();
    const { executor, task } = running((context) => {
      seen = context;
      expect(context.task.isRunning).toBe(true);
    });
    await executor.execute(task, { upstream: [parent] });
    expect(seen?.task).toBe(task);
    expect([...(seen?.upstream ?? [])]).toEqual([[parent.id, parent]]);
    expect(seen?.upstream.get(parent.id)).toBe(parent);
    expect(seen?.signal.aborted).toBe(false);
    expect(seen?.output).toBeTypeOf("function");
  });

  it("upstream is empty where none was given, and a task given twice counts once", async () => {
    const sizes: number[] = [];
    const executor = TaskExecutor.empty().register("any", ({ upstream }) => sizes.push(upstream.size));
    const parent = anyTask();
    await executor.execute(anyTask());
    await executor.execute(anyTask(), { upstream: new Set([parent]) });
    await executor.execute(anyTask(), { upstream: [parent, parent] });
    expect(sizes).toEqual([0, 1, 1]);
  });

  it("no AbortController exists before the signal is read, and it is the same at each reading", async () => {
    const Original = globalThis.AbortController;
    let made = 0;
    globalThis.AbortController = class extends Original {
      constructor() {
        super();
        made++;
      }
    };
    try {
      const counts: number[] = [];
      const { executor, task } = running((context) => {
        counts.push(made);
        const { signal } = context;
        counts.push(made);
        expect(context.signal).toBe(signal);
        counts.push(made);
      });
      await executor.execute(task);
      await executor.execute(new Task({ type: "any", payload: 1 }));
      expect(counts.slice(0, 3)).toEqual([0, 1, 1]);
    } finally {
      globalThis.AbortController = Original;
    }
  });

  it("a signal that is read only after the stop is aborted already, with the error as its reason", async () => {
    let reason: unknown;
    let entered: () => void = () => undefined;
    const isIn = new Promise<void>((resolve) => (entered = resolve));
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const { executor, task } = running(async (context) => {
      entered();
      await gate;
      reason = context.signal.reason;
      expect(context.signal.aborted).toBe(true);
    });
    const ended = executor.execute(task).catch((error: unknown) => error);
    await isIn;
    const cancelled = executor.cancel(task);
    goOn();
    await cancelled;
    expect(reason).toBe(await ended);
  });

  it("a handler is a plain function: it has no `this`", async () => {
    const selves: unknown[] = [];
    const { executor, task } = running(function (this: unknown) {
      selves.push(this);
    });
    await executor.execute(task);
    expect(selves).toEqual([undefined]);
  });

  it("a handler does not move its task by itself, but where it does the move is the ending", async () => {
    const { executor, task } = running(({ task: own }) => {
      own.transitionTo("failed");
      return "ignored state, kept output";
    });
    await expect(executor.execute(task)).rejects.toThrow('Task "Any" was moved to failed while it ran');
    expect([task.status, task.result?.output]).toEqual(["failed", "ignored state, kept output"]);
  });
});

describe("what a handler leaves", () => {
  it.each<[string, object]>([
    ["exitCode of null", { exitCode: null }],
    ["signal of null", { signal: null }],
    ["stderr of null", { stderr: null }],
    ["truncated of null", { truncated: null }],
  ])("a HandlerOutput with a %s can be stored and read back", async (_what, fields) => {
    const store = new InMemoryStore();
    const executor = TaskExecutor.empty({ store }).register("any", () => new HandlerOutput({ output: 1, ...fields }));
    const task = anyTask();
    await executor.execute(task);
    expect(Task.fromJSON(JSON.parse(JSON.stringify(task))).result?.output).toBe(1);
  });
});
