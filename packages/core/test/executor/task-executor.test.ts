import { describe, expect, it } from "vitest";
import {
  HandlerOutput,
  InMemoryStore,
  InvalidTransitionError,
  Task,
  TaskCancelledError,
  TaskExecutionError,
  TaskExecutor,
  TaskTimeoutError,
  TtasksError,
  type ExecuteOptions,
  type ExecutorOptions,
} from "@ttasks/core";
import { Gate } from "./gate.ts";
import { recordedEvents, recordedTypes } from "./recorded-events.ts";
import { settle as turn, VirtualClock } from "@ttasks/testkit";

const anyTask = (title = "Any"): Task => new Task({ type: "any", payload: 1, title });

describe("executing a task", () => {
  it("resolves to the very object at task.result", async () => {
    const executor = TaskExecutor.empty().register("bash", () => "hello\n");
    const task = Task.bash("echo hello", { title: "Say hello" });
    const result = await executor.execute(task);
    expect(task.isDone).toBe(true);
    expect(result.output).toBe("hello\n");
    expect(task.result).toBe(result);
    expect(result).toMatchObject({ status: "done", error: undefined, truncated: false });
  });

  it("rejects with the error when it fails, and the result is attached before", async () => {
    const executor = TaskExecutor.empty().register("any", () => {
      throw new Error("boom");
    });
    const task = anyTask();
    await executor.execute(task).then(
      () => expect.unreachable(),
      (error: unknown) => {
        expect(error).toBeInstanceOf(TtasksError);
        expect(task.result).toMatchObject({ status: "failed", error: "boom" });
        expect(task.error).toBe("boom");
      },
    );
  });

  it("start and end come from the wall clock and the duration from the monotonic one", async () => {
    let monotonic = 500;
    let now = 9_000;
    const clock = {
      now: () => now,
      monotonic: () => monotonic,
      setTimer: () => () => undefined,
      defer: (callback: () => void) => void setImmediate(callback),
    };
    const executor = new TaskExecutor({
      clock,
      handlers: {
        any: () => {
          now = 4_000;
          monotonic += 250;
        },
      },
    });
    const result = await executor.execute(anyTask());
    expect([result.startedAt, result.finishedAt, result.durationMs]).toEqual([new Date(9_000), new Date(4_000), 250]);
  });

  it("the state moves to running before the handler is called, in the same turn as execute", () => {
    const executor = TaskExecutor.empty().register("any", () => 1);
    const task = anyTask();
    void executor.execute(task);
    expect(task.status).toBe("running");
  });

  it("several tasks run at once", async () => {
    const gate = new Gate();
    let running = 0;
    const executor = TaskExecutor.empty().register("any", () => {
      running++;
      return gate.promise;
    });
    const ended = Promise.all([1, 2, 3].map(() => executor.execute(anyTask())));
    await turn();
    expect(running).toBe(3);
    gate.open();
    await ended;
  });

  it.each(["done", "failed", "cancelled", "running"] as const)(
    "a task that is %s is rejected with InvalidTransitionError and left as it is",
    async (status) => {
      const executor = TaskExecutor.empty().register("any", () => 1);
      const events = recordedEvents(executor);
      const task = anyTask();
      if (status !== "cancelled") task.transitionTo("running");
      if (status !== "running") task.transitionTo(status);
      const before = task.toJSON();
      const error: unknown = await executor.execute(task).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidTransitionError);
      expect((error as Error).message).toContain(`Cannot execute task "Any": it is ${status}, `);
      expect([task.toJSON(), events]).toEqual([before, []]);
    },
  );

  it("a task that runs already is not run a second time, by this executor or another", async () => {
    const gate = new Gate<string>();
    let calls = 0;
    const handler = (): Promise<string> => {
      calls++;
      return gate.promise;
    };
    const [first, second] = [
      TaskExecutor.empty().register("any", handler),
      TaskExecutor.empty().register("any", handler),
    ];
    const task = anyTask();
    const ended = first.execute(task);
    await expect(first.execute(task)).rejects.toBeInstanceOf(InvalidTransitionError);
    await expect(second.execute(task)).rejects.toBeInstanceOf(InvalidTransitionError);
    gate.open("once");
    expect([(await ended).output, calls]).toEqual(["once", 1]);
  });

  it("two objects with one id do not run at once", async () => {
    const gate = new Gate();
    const executor = TaskExecutor.empty().register("any", () => gate.promise);
    const [one, other] = [
      new Task({ type: "any", payload: 1, id: "same" }),
      new Task({ type: "any", payload: 1, id: "same" }),
    ];
    const ended = executor.execute(one);
    await expect(executor.execute(other)).rejects.toBeInstanceOf(InvalidTransitionError);
    expect(other.status).toBe("pending");
    gate.open();
    await ended;
    await executor.execute(other);
    expect(other.isDone).toBe(true);
  });

  it.each<[string, unknown, unknown, string]>([
    ["a task that is none", {}, {}, "Expected `task` to be a Task, got"],
    ["a task that is undefined", undefined, {}, "Expected `task` to be a Task, got"],
    ["an unknown option", "task", { timeoutMs: 5 }, "Unknown option `timeoutMs` of execute; it takes upstream, signal"],
    ["options that are null", "task", null, "Expected `options of execute` to be an object, got"],
    [
      "an upstream that holds no tasks",
      "task",
      { upstream: ["id"] },
      "Expected `upstream` to be a Task, got `id` (string)",
    ],
    ["an upstream that is a Map", "task", { upstream: new Map([["id", 1]]) }, "Expected `upstream` to be a Task, got"],
    ["an upstream that is a plain object", "task", { upstream: { id: 1 } }, "not iterable"],
    ["an upstream that is a number", "task", { upstream: 5 }, "not iterable"],
    ["a signal that is none", "task", { signal: true }, "Expected `signal` to be an AbortSignal, got `true` (boolean)"],
    [
      "a signal that is a controller",
      "task",
      { signal: new AbortController() },
      "Expected `signal` to be an AbortSignal, got",
    ],
    [
      "a signal that only looks like one",
      "task",
      { signal: { aborted: false } },
      "Expected `signal` to be an AbortSignal, got",
    ],
  ])("%s rejects with a TypeError and changes nothing", async (_what, given, options, message) => {
    const executor = TaskExecutor.empty().register("any", () => 1);
    const events = recordedEvents(executor);
    const task = anyTask();
    const ended = executor.execute((given === "task" ? task : given) as Task, options as ExecuteOptions);
    await expect(ended).rejects.toThrow(TypeError);
    await expect(ended).rejects.toThrow(message);
    expect([task.status, events]).toEqual(["pending", []]);
    await executor.close();
  });

  it.each<[string, unknown, string]>([
    ["null", null, "Expected `options of a TaskExecutor` to be an object, got"],
    [
      "an unknown option",
      { concurrency: 5 },
      "Unknown option `concurrency` of a TaskExecutor; it takes handlers, store, maxLogBytes, abandonAfterMs, retry, owner, persistence, clock",
    ],
    ["an abandonAfterMs of 0", { abandonAfterMs: 0 }, "Expected `abandonAfterMs` to be a number above 0"],
    ["an abandonAfterMs of Infinity", { abandonAfterMs: Infinity }, "got `Infinity` (number)"],
    ["a store that is none", { store: new Map() }, "Expected `store` to be a Store, got"],
    ["a store of null", { store: null }, "Expected `store` to be a Store, got"],
    [
      "a handler that is none",
      { handlers: { bash: "run" } },
      "Expected `handler of bash` to be a function, got `run` (string)",
    ],
  ])("an executor with %s is not made: a TypeError says what was expected", (_what, options, message) => {
    expect(() => new TaskExecutor(options as ExecutorOptions)).toThrow(TypeError);
    expect(() => new TaskExecutor(options as ExecutorOptions)).toThrow(message);
  });
});

describe("timeout", () => {
  function sleeper(options: { graceMs?: number; abandonAfterMs?: number; deaf?: boolean } = {}) {
    const clock = new VirtualClock();
    const sleep = ({ signal }: { signal: AbortSignal }): Promise<never> =>
      new Promise((_resolve, reject) => {
        if (options.deaf !== true) signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    const handler = options.graceMs === undefined ? sleep : Object.assign(sleep, { graceMs: options.graceMs });
    const executor = new TaskExecutor({ clock, handlers: { any: handler }, abandonAfterMs: options.abandonAfterMs });
    return { clock, executor };
  }

  it("timeoutMs defaults to undefined: a task without one is never stopped", async () => {
    const { clock, executor } = sleeper();
    const task = anyTask();
    expect(task.timeoutMs).toBeUndefined();
    const ended = executor.execute(task).catch((error: unknown) => error);
    await clock.advance(1e12);
    expect([task.status, clock.timerCount]).toEqual(["running", 0]);
    expect(await executor.cancel(task)).toBe(true);
    expect(await ended).toBeInstanceOf(TaskCancelledError);
  });

  it("a task that runs longer fails with TaskTimeoutError, message and result", async () => {
    const { clock, executor } = sleeper();
    const task = new Task({ type: "any", payload: 1, title: "Bounded", timeoutMs: 5_000 });
    const ended = executor.execute(task).catch((error: unknown) => error);
    await clock.advance(4_999);
    expect(task.status).toBe("running");
    await clock.advance(1);
    const error = await ended;
    expect(error).toBeInstanceOf(TaskTimeoutError);
    expect(error).toBeInstanceOf(TtasksError);
    expect(error).toMatchObject({
      name: "TimeoutError",
      code: "timeout",
      taskId: task.id,
      title: "Bounded",
      timeoutMs: 5_000,
    });
    expect(task.status).toBe("failed");
    expect(task.error).toBe('Task "Bounded" timed out after 5000 ms');
    expect(task.result).toMatchObject({ status: "failed", error: task.error, durationMs: 5_000 });
    expect(clock.timerCount).toBe(0);
  });

  it("the time begins when the handler does, not while the start is being saved", async () => {
    const clock = new VirtualClock();
    const saved = new Gate();
    const store = new InMemoryStore();
    const slow = { tasks: store.tasks, graphs: store.graphs, runs: store.runs, record: () => saved.promise };
    const executor = new TaskExecutor({ clock, store: slow, handlers: { any: () => "done" } });
    const task = new Task({ type: "any", payload: 1, timeoutMs: 10 });
    const ended = executor.execute(task);
    await clock.advance(1_000);
    saved.open();
    expect((await ended).output).toBe("done");
  });

  it("a task that ends in time leaves no timer", async () => {
    const clock = new VirtualClock();
    const executor = new TaskExecutor({ clock, handlers: { any: () => 1 } });
    await executor.execute(new Task({ type: "any", payload: 1, timeoutMs: 5_000 }));
    expect(clock.timerCount).toBe(0);
  });

  it("the real clock's timers are called off as well, so that the process can end", async () => {
    const executor = TaskExecutor.empty().register("any", () => 1);
    await executor.execute(new Task({ type: "any", payload: 1, timeoutMs: 2_000_000_000 }));
    const open = (process as unknown as { getActiveResourcesInfo(): string[] }).getActiveResourcesInfo();
    expect(open.filter((resource) => resource === "Timeout").length).toBeLessThan(5);
  });

  it("a return after the timeout is still a timeout, and its output is kept", async () => {
    const clock = new VirtualClock();
    const executor = new TaskExecutor({
      clock,
      handlers: {
        any: ({ signal }) =>
          new Promise((resolve) =>
            signal.addEventListener("abort", () => resolve(new HandlerOutput({ output: "late", exitCode: 0 }))),
          ),
      },
    });
    const task = new Task({ type: "any", payload: 1, timeoutMs: 10 });
    const ended = executor.execute(task).catch((error: unknown) => error);
    await clock.advance(10);
    expect(await ended).toBeInstanceOf(TaskTimeoutError);
    expect(task.result).toMatchObject({ status: "failed", output: "late", exitCode: 0 });
  });

  it("what a handler throws after the timeout brings output, stderr, exit code and raw into the result", async () => {
    const clock = new VirtualClock();
    const raw = { killed: true };
    const executor = new TaskExecutor({
      clock,
      handlers: {
        any: ({ signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener("abort", () =>
              reject(
                new TaskExecutionError("ended by SIGTERM", {
                  output: "half",
                  stderr: "bye",
                  exitCode: 143,
                  signal: "SIGTERM",
                  raw,
                }),
              ),
            ),
          ),
      },
    });
    const task = new Task({ type: "any", payload: 1, title: "T", timeoutMs: 10 });
    const ended = executor.execute(task).catch((error: unknown) => error);
    await clock.advance(10);
    await ended;
    expect(task.result).toMatchObject({
      status: "failed",
      output: "half",
      stderr: "bye",
      exitCode: 143,
      signal: "SIGTERM",
    });
    expect(task.result?.raw).toBe(raw);
    expect(task.error).toBe('Task "T" timed out after 10 ms');
  });

  describe("a handler that ignores its signal", () => {
    it.each<[string, Parameters<typeof sleeper>[0], number]>([
      ["5,000 ms after the stop", {}, 5_000],
      ["its graceMs and 2,000 ms after the stop", { graceMs: 700 }, 2_700],
      ["abandonAfterMs after the stop", { abandonAfterMs: 40, graceMs: 700 }, 40],
    ])("is abandoned %s", async (_when, options, afterMs) => {
      const { clock, executor } = sleeper({ ...options, deaf: true });
      const task = anyTask();
      const ended = executor.execute(task).catch((error: unknown) => error);
      await turn();
      const cancelled = executor.cancel(task);
      await clock.advance(afterMs - 1);
      expect(task.status).toBe("running");
      await clock.advance(1);
      expect([task.status, await cancelled]).toEqual(["cancelled", true]);
      expect(await ended).toBeInstanceOf(TaskCancelledError);
      expect(clock.timerCount).toBe(0);
    });

    it("with the longest graceMs is waited for, not abandoned at once", async () => {
      const delays: number[] = [];
      const clock = new VirtualClock();
      const recording = {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        defer: (callback: () => void) => clock.defer(callback),
        setTimer: (callback: () => void, delayMs: number) => (delays.push(delayMs), clock.setTimer(callback, delayMs)),
      };
      const handler = Object.assign(() => new Promise<never>(() => undefined), { graceMs: 2_147_483_647 });
      const executor = new TaskExecutor({ clock: recording, handlers: { any: handler } });
      const task = anyTask();
      void executor.execute(task).catch(() => undefined);
      await turn();
      void executor.cancel(task);
      expect(delays).toEqual([2_147_483_647]);
    });

    it("does nothing to the task later, and its late rejection is not left unhandled", async () => {
      const clock = new VirtualClock();
      const gate = new Gate<string>();
      const executor = new TaskExecutor({ clock, handlers: { any: () => gate.promise } });
      const types = recordedTypes(executor);
      const task = new Task({ type: "any", payload: 1, timeoutMs: 10 });
      const ended = executor.execute(task).catch((error: unknown) => error);
      await clock.advance(5_010);
      expect(await ended).toBeInstanceOf(TaskTimeoutError);
      const { result } = task;
      gate.fail(new Error("much later"));
      await turn();
      expect(task.result).toBe(result);
      expect(types).toEqual(["started", "failed"]);
    });

    it("a timeout of a handler that never ends fails the task after the wait", async () => {
      const { clock, executor } = sleeper({ deaf: true });
      const task = new Task({ type: "any", payload: 1, timeoutMs: 100 });
      const ended = executor.execute(task).catch((error: unknown) => error);
      await clock.advance(5_099);
      expect(task.status).toBe("running");
      await clock.advance(1);
      expect(await ended).toBeInstanceOf(TaskTimeoutError);
    });
  });
});

describe("a caller's signal", () => {
  it("aborting it cancels the task, with its reason as the cause", async () => {
    const controller = new AbortController();
    const executor = TaskExecutor.empty().register(
      "any",
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    );
    const task = anyTask();
    const ended = executor.execute(task, { signal: controller.signal }).catch((error: unknown) => error);
    await turn();
    controller.abort(new Error("enough"));
    expect(await ended).toMatchObject({
      name: "AbortError",
      message: 'Task "Any" was cancelled',
      cause: new Error("enough"),
    });
    expect(task.status).toBe("cancelled");
  });

  it("that is aborted already keeps the task from running: it is cancelled, with result, store and event", async () => {
    let calls = 0;
    const store = new InMemoryStore();
    const executor = TaskExecutor.empty({ store }).register("any", () => {
      calls++;
    });
    const types = recordedTypes(executor);
    const task = anyTask();
    const error: unknown = await executor
      .execute(task, { signal: AbortSignal.abort("no") })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "AbortError", cause: "no" });
    expect([task.status, task.result?.status, calls, types]).toEqual(["cancelled", "cancelled", 0, ["cancelled"]]);
    expect(store.tasks.has(task)).toBe(true);
  });

  it("aborting it while the start is being saved keeps the handler from being called", async () => {
    const saved = new Gate();
    const memory = new InMemoryStore();
    let calls = 0;
    const executor = new TaskExecutor({
      store: { tasks: memory.tasks, graphs: memory.graphs, runs: memory.runs, record: () => saved.promise },
      handlers: {
        any: () => {
          calls++;
        },
      },
    });
    const types = recordedTypes(executor);
    const controller = new AbortController();
    const task = anyTask();
    const ended = executor.execute(task, { signal: controller.signal }).catch((error: unknown) => error);
    controller.abort();
    saved.open();
    expect(await ended).toBeInstanceOf(TaskCancelledError);
    expect([task.status, calls, types]).toEqual(["cancelled", 0, ["started", "cancelled"]]);
  });

  it.each<[string, () => unknown]>([
    ["success", () => 1],
    [
      "failure",
      () => {
        throw new Error("boom");
      },
    ],
  ])("has no listener left after %s", async (_how, handler) => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await TaskExecutor.empty()
      .register("any", handler)
      .execute(anyTask(), { signal })
      .catch(() => undefined);
    expect(listeners).toBe(0);
  });

  it("aborting it after the end changes nothing", async () => {
    const controller = new AbortController();
    const executor = TaskExecutor.empty().register("any", () => 1);
    const task = anyTask();
    await executor.execute(task, { signal: controller.signal });
    controller.abort();
    await turn();
    expect(task.isDone).toBe(true);
  });
});

describe("cancelling through the executor", () => {
  it("a running task: its signal is aborted with the error, and cancel resolves to true once it has ended", async () => {
    const released = new Gate();
    const executor = TaskExecutor.empty().register("any", async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await released.promise;
      throw signal.reason;
    });
    const task = anyTask();
    const ended = executor.execute(task).catch((error: unknown) => error);
    await turn();
    let isSettled = false;
    const cancelled = executor.cancel(task).then((value) => ((isSettled = true), value));
    await turn();
    expect([isSettled, task.status]).toEqual([false, "running"]);
    released.open();
    expect(await cancelled).toBe(true);
    expect([task.status, task.result?.status, task.error]).toEqual([
      "cancelled",
      "cancelled",
      'Task "Any" was cancelled',
    ]);
    expect(await ended).toBeInstanceOf(TaskCancelledError);
  });

  it("a pending task: cancelled with a result, saved, with the event", async () => {
    const store = new InMemoryStore();
    const executor = TaskExecutor.empty({ store });
    const types = recordedTypes(executor);
    const task = anyTask();
    expect(await executor.cancel(task)).toBe(true);
    expect(task.result).toMatchObject({ status: "cancelled", durationMs: 0, error: 'Task "Any" was cancelled' });
    expect(task.result?.startedAt).toEqual(task.result?.finishedAt);
    expect(store.tasks.get(task.id)).toBe(task);
    expect(types).toEqual(["cancelled"]);
  });

  it("a task that somebody moved to running by hand is cancelled with a result", async () => {
    const executor = TaskExecutor.empty();
    const task = anyTask();
    task.transitionTo("running");
    expect(await executor.cancel(task)).toBe(true);
    expect(task.result?.status).toBe("cancelled");
  });

  it.each(["done", "failed", "cancelled"] as const)("a task that is %s: false, and nothing happens", async (status) => {
    const executor = TaskExecutor.empty();
    const types = recordedTypes(executor);
    const task = anyTask();
    if (status !== "cancelled") task.transitionTo("running");
    task.transitionTo(status);
    expect([await executor.cancel(task), task.status, types]).toEqual([false, status, []]);
  });

  it("a second cancel resolves to false, after the end as well", async () => {
    const gate = new Gate();
    const executor = TaskExecutor.empty().register("any", () => gate.promise);
    const task = anyTask();
    void executor.execute(task).catch(() => undefined);
    await turn();
    const both = Promise.all([executor.cancel(task), executor.cancel(task)]);
    gate.open();
    expect(await both).toEqual([true, false]);
    expect(task.isCancelled).toBe(true);
  });

  it("a task that another executor runs: cancelled there, and awaited", async () => {
    const released = new Gate();
    const runner = TaskExecutor.empty().register("any", async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await released.promise;
    });
    const types = recordedTypes(runner);
    const task = anyTask();
    const ended = runner.execute(task).catch((error: unknown) => error);
    await turn();
    let isSettled = false;
    const cancelled = TaskExecutor.empty()
      .cancel(task)
      .then((value) => ((isSettled = true), value));
    await turn();
    expect(isSettled).toBe(false);
    released.open();
    expect(await cancelled).toBe(true);
    expect(await ended).toBeInstanceOf(TaskCancelledError);
    expect([task.result?.status, types]).toEqual(["cancelled", ["started", "cancelled"]]);
  });

  it("the other tasks go on", async () => {
    const gate = new Gate<string>();
    const executor = TaskExecutor.empty().register("any", () => gate.promise);
    const [one, other] = [anyTask("one"), anyTask("other")];
    void executor.execute(one).catch(() => undefined);
    const ended = executor.execute(other);
    await turn();
    const cancelled = executor.cancel(one);
    gate.open("out");
    await cancelled;
    expect([(await ended).output, one.status, other.status]).toEqual(["out", "cancelled", "done"]);
  });

  it.each([undefined, null, "id", {}])("cancel(%o) rejects with a TypeError", async (task) => {
    await expect(TaskExecutor.empty().cancel(task as Task)).rejects.toThrow("Expected `task` to be a Task, got");
  });
});

describe("closing an executor", () => {
  it("drains: what runs goes on to its end, then handlers are disposed of", async () => {
    const log: string[] = [];
    const gate = new Gate();
    const handler = Object.assign(
      async () => {
        await gate.promise;
        log.push("ended");
      },
      { [Symbol.asyncDispose]: async () => void log.push("disposed") },
    );
    const executor = new TaskExecutor({ handlers: { any: handler } });
    const ended = executor.execute(anyTask());
    const closed = executor.close().then(() => log.push("closed"));
    await turn();
    expect(log).toEqual([]);
    gate.open();
    await Promise.all([ended, closed]);
    expect(log).toEqual(["ended", "disposed", "closed"]);
  });

  it("no task is executed after close: the error says so and the task stays pending", async () => {
    const executor = TaskExecutor.empty().register("any", () => 1);
    const closed = executor.close();
    const task = anyTask();
    await expect(executor.execute(task)).rejects.toMatchObject({
      code: "executor_closed",
      message: 'Cannot execute task "Any": the executor is closed',
    });
    expect(task.status).toBe("pending");
    await closed;
  });

  it("close waits for a task that fails, is cancelled, or is still being saved", async () => {
    const store = new InMemoryStore();
    const saved = new Gate();
    let saves = 0;
    const executor = new TaskExecutor({
      store: {
        tasks: store.tasks,
        graphs: store.graphs,
        runs: store.runs,
        record: () => (++saves > 1 ? saved.promise : undefined),
      },
      handlers: {
        any: () => {
          throw new Error("boom");
        },
      },
    });
    const ended = executor.execute(anyTask()).catch((error: unknown) => error);
    let isClosed = false;
    const closed = executor.close().then(() => (isClosed = true));
    await turn();
    expect(isClosed).toBe(false);
    saved.open();
    await closed;
    expect(await ended).toBeInstanceOf(TaskExecutionError);
  });

  it("a running task can be cancelled while the executor closes", async () => {
    const executor = TaskExecutor.empty().register(
      "any",
      ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve)),
    );
    const task = anyTask();
    void executor.execute(task).catch(() => undefined);
    await turn();
    const closed = executor.close();
    expect(await executor.cancel(task)).toBe(true);
    await closed;
  });

  it("close twice is one closing", () => {
    const executor = TaskExecutor.empty();
    expect(executor.close()).toBe(executor.close());
  });

  it("the store stays open and belongs to the caller", async () => {
    const store = new InMemoryStore();
    await TaskExecutor.empty({ store }).close();
    store.tasks.save(anyTask());
    expect(store.tasks.size).toBe(1);
  });
});
