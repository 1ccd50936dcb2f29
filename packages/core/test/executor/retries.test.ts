import { describe, expect, it } from "vitest";
import {
  InMemoryStore,
  NoHandlerError,
  Task,
  TaskCancelledError,
  TaskExecutionError,
  TaskExecutor,
  TtasksError,
  type ExecutorOptions,
  type HandlerContext,
  type RetryPolicy,
} from "@ttasks/core";
import { settle, VirtualClock } from "@ttasks/testkit";
import { recordedEvents } from "./recorded-events.ts";

const POLICY: RetryPolicy = { attempts: 3, backoffMs: 1_000, jitter: "none" };

class Bench {
  readonly clock = new VirtualClock();
  readonly starts: number[] = [];
  readonly executor: TaskExecutor;
  readonly events;
  readonly task = new Task({ type: "any", payload: null, title: "Any" });

  constructor(handler: (context: HandlerContext, call: number) => unknown, options: ExecutorOptions = {}) {
    this.executor = new TaskExecutor({ ...options, clock: this.clock });
    this.executor.register("any", (context) => handler(context, this.starts.push(this.clock.monotonic())));
    this.events = recordedEvents(this.executor);
  }

  /** Executes the task and lets so much time pass. */
  async run(ms: number): Promise<unknown> {
    const ended = this.executor.execute(this.task).catch((error: unknown) => error);
    await this.clock.advance(ms);
    return ended;
  }
}

const fails = (): never => {
  throw new Error("no luck");
};
const failsUntil =
  (success: number) =>
  (_context: HandlerContext, call: number): unknown => {
    if (call < success) throw new Error(`no luck in call ${call}`);
    return `call ${call}`;
  };
const hangs = ({ signal }: HandlerContext): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));

describe("a task with retries", () => {
  it("is tried again after it failed, until it succeeds", async () => {
    const bench = new Bench(failsUntil(3));
    bench.task.retry = POLICY;
    await expect(bench.run(3_000)).resolves.toMatchObject({ status: "done", output: "call 3" });
    expect(bench.task.attempts).toMatchObject([
      { number: 1, status: "failed", reason: "threw", error: "no luck in call 1" },
      { number: 2, status: "failed", reason: "threw", error: "no luck in call 2" },
      { number: 3, status: "done", reason: "returned" },
    ]);
  });

  it("fails when no attempt is left; its result is that of the last one", async () => {
    const bench = new Bench((_context, call) => {
      throw new Error(`no luck in call ${call}`);
    });
    bench.task.retry = POLICY;
    await expect(bench.run(10_000)).resolves.toMatchObject({ code: "execution_failed" });
    expect(bench.task).toMatchObject({ status: "failed", error: "no luck in call 3" });
    expect(bench.task.result?.startedAt).toEqual(bench.task.attempts[2]?.startedAt);
    expect(bench.starts).toHaveLength(3);
  });

  it("stays running while it waits, and says until when", async () => {
    const bench = new Bench(fails);
    bench.task.retry = POLICY;
    void bench.run(0);
    await settle();
    expect(bench.task).toMatchObject({ status: "running", result: undefined });
    expect(bench.task.retryAt).toEqual(new Date(bench.clock.now() + 1_000));
    await bench.clock.advance(1_000);
    expect(bench.task.retryAt).toEqual(new Date(bench.clock.now() + 2_000));
    await bench.clock.advance(2_000);
    expect(bench.task).toMatchObject({ status: "failed", retryAt: undefined });
  });

  it("tells of each failed attempt by a retrying event with its error and the delay; started and the end come once", async () => {
    const bench = new Bench(failsUntil(3));
    bench.task.retry = POLICY;
    await bench.run(10_000);
    expect(bench.events.map(({ type }) => type)).toEqual(["started", "retrying", "retrying", "succeeded"]);
    expect(bench.events[1]).toMatchObject({
      ...{ previousStatus: "running", status: "running", delayMs: 1_000 },
      error: expect.objectContaining({ message: 'Task "Any" failed: no luck in call 1' }) as Error,
    });
    expect(bench.events[2]).toMatchObject({ delayMs: 2_000 });
  });

  it("without a policy is tried once, and its events are what they were", async () => {
    const bench = new Bench(fails);
    await bench.run(10_000);
    expect(bench.events.map(({ type }) => type)).toEqual(["started", "failed"]);
    expect(bench.events.every((event) => !("delayMs" in event))).toBe(true);
  });

  it("takes the executor's policy where it has none of its own", async () => {
    const bench = new Bench(fails, { retry: POLICY });
    await bench.run(10_000);
    expect(bench.starts).toEqual([0, 1_000, 3_000]);
  });

  it("goes by its own policy before the executor's", async () => {
    const bench = new Bench(fails, { retry: POLICY });
    bench.task.retry = { attempts: 1 };
    await bench.run(10_000);
    expect(bench.starts).toEqual([0]);
  });

  it("is saved before its retrying event: who reads the store then sees the attempt and the next time", async () => {
    const store = new InMemoryStore();
    const bench = new Bench(failsUntil(2), { store });
    bench.task.retry = POLICY;
    const seen: unknown[] = [];
    bench.executor.events.subscribe(({ taskId }) => seen.push(store.tasks.get(taskId)?.toJSON()));
    await bench.run(10_000);
    expect(seen[1]).toMatchObject({
      ...{ status: "running", retryAt: Date.UTC(2030, 0, 1) + 1_000 },
      attempts: [{ number: 1, status: "failed" }],
    });
    expect(store.tasks.get(bench.task.id)?.attempts).toHaveLength(2);
  });

  it("can be executed again after a reset, with all its tries", async () => {
    const bench = new Bench(fails);
    bench.task.retry = { ...POLICY, attempts: 2 };
    await bench.run(10_000);
    bench.task.reset();
    await bench.run(10_000);
    expect(bench.task.attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  it("loses nothing of its policy in the stored form but the functions", () => {
    const task = Task.bash("make", { retry: { ...POLICY, factor: 3, maxBackoffMs: 5, retryIf: () => true } });
    const { retryIf: _retryIf, ...stored } = task.retry ?? POLICY;
    expect(Task.fromJSON(JSON.parse(JSON.stringify(task))).retry).toEqual(stored);
  });

  it("that was read from a store asks the executor's `retryIf`", async () => {
    const bench = new Bench(fails, { retry: { attempts: 9, retryIf: () => false } });
    bench.task.retry = POLICY;
    await bench.run(10_000);
    expect(bench.starts).toEqual([0]);
  });
});

describe("the delay before a retry", () => {
  it("grows by the factor, up to the longest", async () => {
    const bench = new Bench(fails);
    bench.task.retry = { attempts: 6, backoffMs: 100, factor: 3, maxBackoffMs: 1_000, jitter: "none" };
    await bench.run(100_000);
    const delays = bench.starts.slice(1).map((start, index) => start - (bench.starts[index] ?? 0));
    expect(delays).toEqual([100, 300, 900, 1_000, 1_000]);
  });

  it("is 1 s, 2 s, 4 s … 30 s unless something else is said, and full jitter takes a random part of it", async () => {
    const longest = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
    const shares: number[] = [];
    for (let round = 0; round < 20; round++) {
      const bench = new Bench(fails);
      bench.task.retry = { attempts: 8 };
      await bench.run(200_000);
      const delays = bench.events.flatMap(({ delayMs }) => delayMs ?? []);
      expect(delays).toHaveLength(7);
      shares.push(...delays.map((delay, index) => delay / (longest[index] ?? 0)));
    }
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
    expect(Math.min(...shares)).toBeLessThan(0.2);
    expect(Math.max(...shares)).toBeGreaterThan(0.8);
  });

  it("is what a function makes of it", async () => {
    const bench = new Bench(fails);
    bench.task.retry = { attempts: 3, backoffMs: 100, jitter: (delay) => delay + 7 };
    await bench.run(10_000);
    expect(bench.starts).toEqual([0, 107, 314]);
  });

  it("is what the error asks for by `retryAfterMs`, whatever the policy says", async () => {
    const bench = new Bench((_context, call) => {
      if (call > 1) return "ok";
      throw new TaskExecutionError("429", { retryAfterMs: 45_000 });
    });
    bench.task.retry = { attempts: 3, backoffMs: 1, maxBackoffMs: 10 };
    await bench.run(60_000);
    expect(bench.starts).toEqual([0, 45_000]);
  });

  it("is that also where the error is none of ttasks'", async () => {
    const bench = new Bench((_context, call) => {
      if (call > 1) return "ok";
      throw Object.assign(new Error("429"), { retryAfterMs: 45_000 });
    });
    bench.task.retry = { attempts: 3, backoffMs: 1, maxBackoffMs: 10 };
    await bench.run(60_000);
    expect(bench.starts).toEqual([0, 45_000]);
  });

  it("can be nothing", async () => {
    const bench = new Bench(fails);
    bench.task.retry = { attempts: 2_000, backoffMs: 0 };
    await bench.run(0);
    expect(bench.starts).toHaveLength(2_000);
    expect(bench.task.attempts).toHaveLength(100);
  });
});

describe("which failures are tried again", () => {
  it("those that `retryIf` says yes to; it sees the error and the attempt", async () => {
    const seen: unknown[] = [];
    const bench = new Bench((_context, call) => {
      throw new TaskExecutionError("no", { exitCode: call });
    });
    bench.task.retry = {
      ...POLICY,
      retryIf: (error, attempt) => {
        seen.push([error.code, attempt.number, attempt.exitCode]);
        return attempt.exitCode !== 2;
      },
    };
    await bench.run(10_000);
    expect(seen).toEqual([
      ["execution_failed", 1, 1],
      ["execution_failed", 2, 2],
    ]);
    expect(bench.task).toMatchObject({ status: "failed", attempts: [{ exitCode: 1 }, { exitCode: 2 }] });
  });

  it("timeouts are: `timeoutMs` is for each attempt, and each has a signal of its own", async () => {
    const signals: AbortSignal[] = [];
    const bench = new Bench((context) => {
      signals.push(context.signal);
      return hangs(context);
    });
    bench.task.timeoutMs = 500;
    bench.task.retry = POLICY;
    await expect(bench.run(10_000)).resolves.toMatchObject({ name: "TimeoutError" });
    expect(bench.starts).toEqual([0, 1_500, 4_000]);
    expect(new Set(signals).size).toBe(3);
    expect(bench.task.attempts.map(({ reason, durationMs }) => [reason, durationMs])).toEqual(
      Array(3).fill(["timeout", 500]),
    );
  });

  it("a cancelled task is not, nor one that was moved by hand, nor one without a handler", async () => {
    const cancelled = new Bench(() => {
      throw new TaskCancelledError();
    });
    cancelled.task.retry = POLICY;
    await cancelled.run(10_000);
    expect(cancelled.task.attempts).toMatchObject([{ status: "cancelled" }]);
    const moved = new Bench(({ task }) => task.transitionTo("failed"));
    moved.task.retry = POLICY;
    await moved.run(10_000);
    expect(moved.task.attempts).toMatchObject([{ status: "failed", reason: "moved" }]);
    const unknown = new Task({ type: "unknown", payload: null, retry: POLICY });
    await expect(moved.executor.execute(unknown)).rejects.toBeInstanceOf(NoHandlerError);
    expect(unknown).toMatchObject({ status: "pending", attempts: [] });
  });

  it("none when `retryIf` throws: the task fails with its own error, and that one is among the bus's errors", async () => {
    const bench = new Bench(fails);
    bench.task.retry = {
      ...POLICY,
      retryIf: () => {
        throw new Error("bad predicate");
      },
    };
    await expect(bench.run(10_000)).resolves.toMatchObject({ message: 'Task "Any" failed: no luck' });
    expect(bench.executor.events.errors).toMatchObject([{ message: "bad predicate" }]);
  });
});

describe("ending a task between two attempts", () => {
  it("cancel ends the wait at once, and keeps what the last attempt had to show", async () => {
    const bench = new Bench(() => {
      throw new TaskExecutionError("no", { output: "half a page", exitCode: 3 });
    });
    bench.task.retry = { ...POLICY, backoffMs: 20_000 };
    const ended = bench.run(0);
    await settle();
    await expect(bench.executor.cancel(bench.task)).resolves.toBe(true);
    await expect(ended).resolves.toBeInstanceOf(TaskCancelledError);
    expect(bench.task).toMatchObject({ status: "cancelled", retryAt: undefined, attempts: [{ status: "failed" }] });
    expect(bench.task.result).toMatchObject({ status: "cancelled", output: "half a page", exitCode: 3 });
    expect(bench.clock.timerCount).toBe(0);
    expect(bench.events.map(({ type }) => type)).toEqual(["started", "retrying", "cancelled"]);
  });

  it("so does the caller's signal", async () => {
    const bench = new Bench(fails);
    bench.task.retry = POLICY;
    const caller = new AbortController();
    const ended = bench.executor.execute(bench.task, { signal: caller.signal }).catch((error: unknown) => error);
    await settle();
    caller.abort();
    await expect(ended).resolves.toMatchObject({ name: "AbortError" });
    await bench.clock.advance(100_000);
    expect(bench.starts).toEqual([0]);
  });

  it("so does a move by hand", async () => {
    const bench = new Bench(fails);
    bench.task.retry = POLICY;
    const ended = bench.run(0);
    await settle();
    bench.task.transitionTo("done");
    await expect(ended).resolves.toMatchObject({ status: "done" });
    await bench.clock.advance(100_000);
    expect(bench.starts).toEqual([0]);
  });

  it("a cancel in a `retrying` subscriber counts: the next attempt does not start", async () => {
    const bench = new Bench(fails);
    bench.task.retry = POLICY;
    bench.executor.events.subscribe(({ type, task }) => {
      if (type === "retrying") void bench.executor.cancel(task);
    });
    await bench.run(100_000);
    expect(bench.task.status).toBe("cancelled");
    expect(bench.starts).toEqual([0]);
  });

  it("a cancel of an attempt that ran into its timeout, and goes on, is no reason to try again", async () => {
    const bench = new Bench(() => new Promise(() => undefined));
    bench.task.timeoutMs = 100;
    bench.task.retry = POLICY;
    const ended = bench.run(0);
    await bench.clock.advance(100);
    const cancelled = bench.executor.cancel(bench.task);
    await bench.clock.advance(60_000);
    await expect(cancelled).resolves.toBe(false);
    await expect(ended).resolves.toMatchObject({ name: "TimeoutError" });
    expect(bench.starts).toEqual([0]);
  });

  it("closing the executor waits for all attempts", async () => {
    const bench = new Bench(failsUntil(3));
    bench.task.retry = POLICY;
    void bench.run(0);
    await settle();
    let isClosed = false;
    void bench.executor.close().then(() => (isClosed = true));
    await bench.clock.advance(2_999);
    expect(isClosed).toBe(false);
    await bench.clock.advance(1);
    expect(isClosed).toBe(true);
    expect(bench.task.isDone).toBe(true);
  });
});

describe("a stop that is asked for while an attempt ends", () => {
  it.each<[string, boolean, (bench: Bench, abort: () => void) => void, string]>([
    ["the caller's signal, and no retry", false, (_bench, abort) => abort(), "cancelled"],
    ["the caller's signal, and a retry", true, (_bench, abort) => abort(), "cancelled"],
    ["a cancel, and a retry", true, ({ executor, task }) => void executor.cancel(task), "cancelled"],
    ["a move by hand, and a retry", true, ({ task }) => task.cancel(), "cancelled"],
    ["a move by hand, and no retry", false, ({ task }) => task.cancel(), "cancelled"],
  ])("by `retryIf` (%s) is the ending, once", async (_name, isRetry, stop, status) => {
    const caller = new AbortController();
    const bench = new Bench(fails);
    bench.task.retry = {
      ...POLICY,
      retryIf: () => {
        stop(bench, () => caller.abort());
        return isRetry;
      },
    };
    const ended = bench.executor.execute(bench.task, { signal: caller.signal }).catch((error: unknown) => error);
    await bench.clock.advance(100_000);
    await expect(ended).resolves.toMatchObject({ name: "AbortError" });
    expect(bench.task).toMatchObject({ status, attempts: [{ number: 1 }] });
    expect(bench.events.map(({ type }) => type)).toEqual(["started", "cancelled"]);
    expect([bench.starts, bench.clock.timerCount]).toEqual([[0], 0]);
  });

  it("by a subscriber to its last words is too late: there is one ending, that of the handler", async () => {
    const bench = new Bench(({ output }) => output(new Uint8Array([0xe2, 0x82])));
    bench.executor.output.subscribe(() => void bench.executor.cancel(bench.task));
    await bench.run(100_000);
    expect(bench.events).toHaveLength(2);
    expect(bench.task.attempts).toHaveLength(1);
    expect(bench.clock.timerCount).toBe(0);
  });

  it("a `retryIf` that does not say true or false is told among the bus's errors, and nothing is tried again", async () => {
    const bench = new Bench(fails);
    const retryIf = (() => Promise.reject(new Error("async"))) as unknown as RetryPolicy["retryIf"];
    bench.task.retry = { ...POLICY, retryIf };
    await bench.run(10_000);
    expect(bench.starts).toEqual([0]);
    expect(bench.executor.events.errors[0]?.message).toContain("to be true or false");
  });
});

describe("a handler that goes on after its attempt was given up", () => {
  it("ends nothing, prints nothing, and keeps its own signal", async () => {
    let late: ((value: string) => void) | undefined;
    let first: HandlerContext | undefined;
    const bench = new Bench((context, call) => {
      if (call > 1)
        return new Promise((resolve) => (late ??= resolve as () => void) && setTimeout(resolve, 0, "second"));
      first = context;
      return new Promise((resolve) => (late = resolve));
    });
    const printed: string[] = [];
    bench.executor.output.subscribe(({ chunk }) => printed.push(chunk));
    bench.task.timeoutMs = 100;
    bench.task.retry = { ...POLICY, attempts: 2 };
    const ended = bench.run(0);
    await bench.clock.advance(100 + 5_000 + 1_000);
    late?.("first, too late");
    first?.output("too late");
    expect(first?.signal.aborted).toBe(true);
    expect(first?.task).toBe(bench.task);
    await expect(ended).resolves.toMatchObject({ output: "second" });
    expect(printed).toEqual([]);
  });
});

describe("a deadline", () => {
  it("bounds all attempts together: the one that runs is stopped, and there is no other", async () => {
    const bench = new Bench(hangs);
    bench.task.timeoutMs = 400;
    bench.task.deadlineMs = 900;
    bench.task.retry = { attempts: 10, backoffMs: 200, factor: 1, jitter: "none" };
    await expect(bench.run(10_000)).resolves.toMatchObject({
      ...{ name: "TimeoutError", message: 'Task "Any" did not end by its deadline of 900 ms' },
    });
    expect(bench.starts).toEqual([0, 600]);
    expect(bench.task.attempts.map(({ reason, durationMs }) => [reason, durationMs])).toEqual([
      ["timeout", 400],
      ["deadline", 300],
    ]);
    expect(bench.clock.timerCount).toBe(0);
  });

  it("holds without retries as well", async () => {
    const bench = new Bench(hangs);
    bench.task.deadlineMs = 50;
    await expect(bench.run(50)).resolves.toMatchObject({ code: "timeout" });
    expect(bench.task.attempts).toMatchObject([{ status: "failed", reason: "deadline", durationMs: 50 }]);
  });

  it("is not waited for: a task whose next attempt would start after it fails at once with its own error", async () => {
    const bench = new Bench(fails);
    bench.task.deadlineMs = 900;
    bench.task.retry = POLICY;
    await expect(bench.run(0)).resolves.toMatchObject({ message: 'Task "Any" failed: no luck' });
    expect(bench.clock.timerCount).toBe(0);
  });
});

describe("bad input", () => {
  it.each<[string, object, string]>([
    ["no attempts", {}, "Expected `retry.attempts` to be a whole number from 1, got `undefined`"],
    ["attempts below 1", { attempts: 0 }, "Expected `attempts` to be a whole number from 1, got `0` (number)"],
    ["attempts that are not whole", { attempts: 1.5 }, "to be a whole number from 1, got `1.5`"],
    ["a negative backoff", { attempts: 2, backoffMs: -1 }, "Expected `backoffMs` to be a number from 0 to 2147483647"],
    ["an endless backoff", { attempts: 2, backoffMs: Infinity }, "got `Infinity` (number)"],
    ["a backoff that is no number", { attempts: 2, maxBackoffMs: Number.NaN }, "Expected `maxBackoffMs` to be"],
    ["a factor below 1", { attempts: 2, factor: 0.5 }, "Expected `factor` to be a number from 1, got `0.5`"],
    [
      "a jitter of another kind",
      { attempts: 2, jitter: "half" },
      'Expected `jitter` to be "full", "none" or a function',
    ],
    ["a retryIf that is no function", { attempts: 2, retryIf: true }, "Expected `retryIf` to be a function"],
    ["an unknown option", { attempts: 2, delay: 5 }, "Unknown option `delay` of retry; it takes attempts, backoffMs"],
    ["something else than options", [3], "to be an object"],
  ])("%s is refused by a task and an executor alike, and changes nothing", (_name, retry, message) => {
    const policy = retry as RetryPolicy;
    expect(() => Task.bash("x", { retry: policy })).toThrow(TypeError);
    expect(() => Task.bash("x", { retry: policy })).toThrow(message);
    expect(() => new TaskExecutor({ retry: policy })).toThrow(message);
    const task = Task.bash("x");
    expect(() => (task.retry = policy)).toThrow(message);
    expect(task.retry).toBeUndefined();
  });

  it.each([0, -1, Infinity, 2_147_483_648])("a deadline of %s ms is refused", (deadlineMs) => {
    expect(() => Task.bash("x", { deadlineMs })).toThrow("Expected `deadlineMs` to be a number above 0");
  });

  it("a policy is copied: changing the object that was given changes nothing", () => {
    const retry = { attempts: 2 };
    const task = Task.bash("x", { retry });
    retry.attempts = 5;
    expect(task.retry).toEqual({ attempts: 2 });
  });

  it("a policy whose fields are accessors or inherited is taken as it says, once", () => {
    class Policy {
      readonly backoffMs = 0;
      get attempts(): number {
        return 2;
      }
    }
    expect(Task.bash("x", { retry: new Policy() }).retry).toEqual({ attempts: 2, backoffMs: 0 });
    expect(Task.bash("x", { retry: Object.create({ attempts: 3 }) as RetryPolicy }).retry).toEqual({ attempts: 3 });
  });

  it("errors of a retried task are those of ttasks", async () => {
    const bench = new Bench(fails);
    bench.task.retry = POLICY;
    await expect(bench.run(10_000)).resolves.toBeInstanceOf(TtasksError);
  });
});
