import { describe, expect, it } from "vitest";
import {
  HandlerOutput,
  InMemoryStore,
  Task,
  TaskCancelledError,
  TaskExecutionError,
  TaskExecutor,
  type Handler,
} from "@ttasks/core";
import { VirtualClock } from "@ttasks/testkit";

const START = Date.UTC(2030, 0, 1);

function setup(
  handler: Handler,
  clock = new VirtualClock(),
): { executor: TaskExecutor; task: Task; clock: VirtualClock } {
  const executor = new TaskExecutor({ handlers: { any: handler }, clock });
  return { executor, task: new Task({ type: "any", payload: null, title: "Any" }), clock };
}

async function ended(executor: TaskExecutor, task: Task): Promise<void> {
  await executor.execute(task).catch(() => undefined);
}

describe("the attempts of a task", () => {
  it("are none before it was executed", () => {
    expect(Task.bash("make").attempts).toEqual([]);
  });

  it("tell of the one that runs: its number, who runs it and since when", async () => {
    const { executor, task } = setup(({ task: running }) => running.attempts);
    const { output } = await executor.execute(task);
    expect(output).toEqual([{ number: 1, status: "running", startedAt: new Date(START), executorId: executor.id }]);
  });

  it("tell how it ended, with the times of the result", async () => {
    const { executor, task, clock } = setup(() => {
      clock.pass(250);
      return new HandlerOutput({ output: "a lot", exitCode: 0 });
    });
    await executor.execute(task);
    expect(task.attempts).toEqual([
      {
        ...{ number: 1, status: "done", reason: "returned", exitCode: 0, durationMs: 250, executorId: executor.id },
        ...{ startedAt: task.result?.startedAt, finishedAt: task.result?.finishedAt },
      },
    ]);
    expect(task.attempts[0]).not.toHaveProperty("output");
  });

  it.each<[string, Handler, object]>([
    [
      "whose handler threw",
      () => {
        throw new TaskExecutionError("broke", { stderr: "line 3: syntax\n", exitCode: 2, signal: "SIGHUP" });
      },
      { status: "failed", reason: "threw", error: "line 3: syntax\n", exitCode: 2, signal: "SIGHUP" },
    ],
    [
      "whose handler cancelled it",
      () => {
        throw new TaskCancelledError("no need");
      },
      { status: "cancelled", reason: "threw", error: "no need" },
    ],
    [
      "that was moved by hand",
      ({ task }) => task.transitionTo("failed"),
      { status: "failed", reason: "moved", error: 'Task "Any" was moved to failed while it ran' },
    ],
  ])("say why one ended %s", async (_name, handler, expected) => {
    const { executor, task } = setup(handler);
    await ended(executor, task);
    expect(task.attempts).toEqual([expect.objectContaining(expected)]);
  });

  it("say that one ran into its timeout, and that one was cancelled", async () => {
    const hangs: Handler = ({ signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    const { executor, task, clock } = setup(hangs);
    task.timeoutMs = 100;
    const cancelled = new Task({ type: "any", payload: null });
    const both = Promise.all([ended(executor, task), ended(executor, cancelled)]);
    await clock.advance(100);
    await executor.cancel(cancelled);
    await both;
    expect(task.attempts[0]).toMatchObject({ status: "failed", reason: "timeout", durationMs: 100 });
    expect(cancelled.attempts[0]).toMatchObject({ status: "cancelled", reason: "cancelled" });
  });

  it("do not count a cancel before the start: nothing was executed", async () => {
    const { executor, task } = setup(() => "never");
    await executor.cancel(task);
    expect(task).toMatchObject({ status: "cancelled", attempts: [] });
  });

  it("have an error of at most 1,000 characters: its beginning and its end", async () => {
    const { executor, task } = setup(() => {
      throw new TaskExecutionError("broke", { stderr: `first${"x".repeat(5_000)}last` });
    });
    await ended(executor, task);
    const { error = "" } = task.attempts[0] ?? {};
    expect(error.length).toBeLessThanOrEqual(1_000);
    expect(error).toMatch(/^first[^]*…[^]*last$/);
    expect(task.error).toHaveLength(5_009);
  });

  it("cannot be changed", async () => {
    const { executor, task } = setup(() => "done");
    await executor.execute(task);
    expect(Object.isFrozen(task.attempts)).toBe(true);
    expect(Object.isFrozen(task.attempts[0])).toBe(true);
  });

  it("come back from the stored form as they were, whatever state the task is in", async () => {
    let calls = 0;
    const documents: unknown[] = [];
    const { executor, task, clock } = setup(({ task: running }) => {
      documents.push(running.toJSON());
      if (++calls < 3) throw new TaskExecutionError("not yet", { exitCode: calls });
      return "at last";
    });
    task.retry = { attempts: 3, backoffMs: 1_000, jitter: "none" };
    executor.events.subscribe((event) => documents.push(event.task.toJSON()));
    const result = executor.execute(task);
    await clock.advance(10_000);
    await result;
    expect(documents).toHaveLength(7);
    for (const document of documents) {
      const read = Task.fromJSON(structuredClone(document));
      expect(read.toJSON()).toEqual(document);
    }
    const read = Task.fromJSON(JSON.parse(JSON.stringify(task)));
    expect(read.attempts).toEqual(
      JSON.parse(JSON.stringify(task.attempts), (key, value: unknown) =>
        key.endsWith("At") ? new Date(value as string) : value,
      ),
    );
    expect(read.attempts.map(({ status, exitCode }) => [status, exitCode])).toEqual([
      ["failed", 1],
      ["failed", 2],
      ["done", undefined],
    ]);
  });

  it.each(["failed", "cancelled", "done"] as const)(
    "keep the start of one that was read from a store while it ran, and moved to %s by hand",
    async (status) => {
      let document: unknown;
      const { executor, task } = setup(({ task: running }) => void (document = running.toJSON()));
      await executor.execute(task);
      const read = Task.fromJSON(document);
      read.transitionTo(status);
      const again = Task.fromJSON(JSON.parse(JSON.stringify(read)));
      expect(again.attempts).toEqual([{ number: 1, status, startedAt: new Date(START), executorId: executor.id }]);
    },
  );

  it("end with the task that was read from a store while it ran, and is cancelled there; the next one has the next number", async () => {
    let document: unknown;
    const { executor, task } = setup(({ task: running }) => void (document = running.toJSON()));
    await executor.execute(task);
    const read = Task.fromJSON(document);
    await expect(executor.cancel(read)).resolves.toBe(true);
    read.reset();
    await executor.execute(read);
    expect(read.attempts.map(({ number, status }) => [number, status])).toEqual([
      [1, "cancelled"],
      [2, "done"],
    ]);
  });

  it("wait for no retry any more when the task was read from a store and moved by hand", async () => {
    const { executor, task } = setup(() => {
      throw new Error("no");
    });
    task.retry = { attempts: 2 };
    let document: unknown;
    executor.events.subscribe(({ type }) => type === "retrying" && (document = task.toJSON()));
    const ended = executor.execute(task).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    await executor.cancel(task);
    await ended;
    const read = Task.fromJSON(document);
    expect(read.retryAt).toBeInstanceOf(Date);
    read.cancel();
    expect(read).toMatchObject({ retryAt: undefined, attempts: [{ status: "failed" }] });
    expect(Task.fromJSON(JSON.parse(JSON.stringify(read))).retryAt).toBeUndefined();
  });

  it("are as many as the newest 100, and their numbers go on", async () => {
    const { executor, task } = setup(() => {
      throw new Error("again");
    });
    for (let round = 1; round <= 130; round++) {
      await ended(executor, task);
      task.reset();
    }
    expect(task.attempts).toHaveLength(100);
    expect(task.attempts.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, index) => index + 31));
  });

  it.each([
    [{ attempts: [{ number: "1", executorId: "e" }] }, "Expected `attempts[].number` to be a whole number from 0"],
    [
      { attempts: [{ number: 1, status: "odd", executorId: "e" }] },
      "Expected `attempts[].status` to be one of running",
    ],
    [{ executorId: 5 }, "Expected `executorId` to be a non-empty string, got `5`"],
    [{ executorId: "e", retryAt: "soon" }, "Expected `retryAt` to be a number, got `soon`"],
  ])("a document that says something else than attempts is refused: %o", (fields, message) => {
    expect(() => Task.fromJSON({ ...Task.bash("x").toJSON(), ...fields })).toThrow(message);
  });

  it("of a task that was executed before there were attempts are none, and its result is kept", async () => {
    const { executor, task } = setup(() => "old");
    await executor.execute(task);
    const { executorId: _executorId, ...old } = JSON.parse(JSON.stringify(task)) as Record<string, unknown>;
    const read = Task.fromJSON({ ...old, version: 1 });
    expect(read).toMatchObject({ attempts: [], status: "done" });
    expect(read.result?.output).toBe("old");
  });
});

describe("resetting a task", () => {
  it.each(["failed", "cancelled"] as const)(
    "makes one that %s pending, clears its result and keeps its attempts",
    async (status) => {
      const { executor, task } = setup(() => {
        throw status === "failed" ? new Error("no") : new TaskCancelledError("no");
      });
      await ended(executor, task);
      const [attempt] = task.attempts;
      task.reset();
      expect(task).toMatchObject({ status: "pending", result: undefined, error: undefined, attempts: [attempt] });
    },
  );

  it("lets it be executed again, as its next attempt", async () => {
    let calls = 0;
    const { executor, task } = setup(() => {
      if (++calls === 1) throw new Error("first");
      return calls;
    });
    await ended(executor, task);
    task.reset();
    await expect(executor.execute(task)).resolves.toMatchObject({ output: 2 });
    expect(task.attempts).toMatchObject([
      { number: 1, status: "failed", error: "first" },
      { number: 2, status: "done" },
    ]);
  });

  it("is stored, and never takes an ended attempt back", async () => {
    const store = new InMemoryStore();
    const executor = new TaskExecutor({
      store,
      handlers: {
        any: () => {
          throw new Error("no");
        },
      },
    });
    const task = new Task({ type: "any", payload: null });
    await ended(executor, task);
    const before = task.attempts;
    task.reset();
    store.tasks.save(task);
    expect(Task.fromJSON(task.toJSON()).attempts).toEqual(before);
  });

  it.each(["pending", "running", "done"] as const)("throws for one that is %s, and leaves it as it is", (status) => {
    const task = Task.bash("make", { title: "Build" });
    if (status !== "pending") task.transitionTo("running");
    if (status === "done") task.transitionTo("done");
    expect(() => task.reset()).toThrow(
      expect.objectContaining({
        code: "invalid_transition",
        message: `Cannot reset task "Build": it is ${status}`,
      }) as Error,
    );
    expect(task.status).toBe(status);
  });

  it("throws while its executor has not settled it", async () => {
    const { executor, task } = setup(({ task: running }) => {
      running.cancel();
      expect(() => running.reset()).toThrow('Cannot reset task "Any": its executor has not settled it yet');
      return "too late";
    });
    await expect(executor.execute(task)).rejects.toMatchObject({ name: "AbortError" });
  });
});
