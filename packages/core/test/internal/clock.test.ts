import { describe, expect, it, vi } from "vitest";
import { Task, TaskExecutor } from "@ttasks/core";
import { systemClock } from "../../src/internal/clock.ts";

describe("the default clock", () => {
  it("tells the runtime's time", () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    const first = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first);
  });

  it("a timer fires once, or not at all when it is called off", async () => {
    let fired = 0;
    systemClock.setTimer(() => fired++, 1);
    systemClock.setTimer(() => (fired += 100), 1)();
    await vi.waitFor(() => expect(fired).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(fired).toBe(1);
  });

  it("defer calls back in a later turn, after promises", async () => {
    const log: string[] = [];
    const deferred = new Promise<void>((resolve) =>
      systemClock.defer(() => {
        log.push("deferred");
        resolve();
      }),
    );
    await Promise.resolve().then(() => log.push("promise"));
    await deferred;
    expect(log).toEqual(["promise", "deferred"]);
  });

  it("defer does without setImmediate, which not every runtime has", async () => {
    const { setImmediate: original } = globalThis;
    Reflect.deleteProperty(globalThis, "setImmediate");
    try {
      await new Promise<void>((resolve) => systemClock.defer(resolve));
    } finally {
      globalThis.setImmediate = original;
    }
  });

  it("fake timers that a test installs later are the ones that are used", async () => {
    vi.useFakeTimers();
    try {
      const executor = TaskExecutor.empty().register("any", () => new Promise<never>(() => undefined));
      const task = new Task({ type: "any", payload: 1, timeoutMs: 60_000 });
      const ended = executor.execute(task).catch((error: unknown) => (error as Error).name);
      await vi.advanceTimersByTimeAsync(65_000);
      expect(await ended).toBe("TimeoutError");
    } finally {
      vi.useRealTimers();
    }
  });
});
