import { DocumentStore, recover, Task, TaskExecutor, TaskGraph, type Clock } from "@ttasks/core";
import { MapDriver, VirtualClock } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";

const HOUR_MS = 3_600_000;

/** A clock whose time of day can be set. */
class SetClock extends VirtualClock implements Clock {
  #offsetMs = 0;

  override now(): number {
    return super.now() + this.#offsetMs;
  }

  setBack(ms: number): void {
    this.#offsetMs -= ms;
  }
}

function newScene(): { readonly clock: SetClock; readonly store: DocumentStore; readonly executor: TaskExecutor } {
  const clock = new SetClock();
  const store = new DocumentStore(new MapDriver(), { clock });
  const executor = TaskExecutor.empty({ store, clock });
  executor.register("sample", async ({ output }) => {
    output("before\n");
    await new Promise<void>((resolve) => clock.setTimer(resolve, 1_000));
    clock.setBack(HOUR_MS);
    output("after\n");
    await new Promise<void>((resolve) => clock.setTimer(resolve, 1_000));
  });
  return { clock, store, executor };
}

const newTask = (fields: { readonly timeoutMs?: number; readonly deadlineMs?: number } = {}): Task =>
  new Task({ type: "sample", payload: null, title: "a", ...fields });

describe("a clock that is set back an hour", () => {
  it("changes no duration: not that of the result, of the attempt, nor of the run", async () => {
    const { clock, store, executor } = newScene();
    const graph = new TaskGraph({ id: "graph", title: "graph" });
    const task = graph.add(newTask());
    const run = graph.run(executor, { clock });
    await clock.advance(3_000);
    await run;
    expect(task.result?.durationMs).toBe(2_000);
    expect(task.attempts.map(({ durationMs }) => durationMs)).toEqual([2_000]);
    expect(graph.runs.map(({ durationMs }) => durationMs)).toEqual([2_000]);
    expect(store.tasks.get(task.id)?.attempts).toEqual(task.attempts);
    expect(executor.persistenceErrorCount).toBe(0);
  });

  it("lets neither a timeout nor a deadline come early or late", async () => {
    const { clock, executor } = newScene();
    const inTime = executor.execute(newTask({ timeoutMs: 2_001, deadlineMs: 2_001 }));
    await clock.advance(2_000);
    expect(await inTime).toMatchObject({ status: "done" });
    const late = executor.execute(newTask({ timeoutMs: 1_999 })).catch((error: unknown) => (error as Error).name);
    await clock.advance(10_000);
    expect(await late).toBe("TimeoutError");
  });

  it("lets the next try come after the delay that was promised", async () => {
    const { clock, executor } = newScene();
    let tries = 0;
    executor.register("sample", () => {
      if (++tries > 1) return;
      clock.defer(() => clock.setBack(HOUR_MS));
      throw new Error("once more");
    });
    const retry = { attempts: 2, backoffMs: 5_000, jitter: "none" } as const;
    const executed = executor.execute(new Task({ type: "sample", payload: null, retry }));
    await clock.advance(4_999);
    expect(tries).toBe(1);
    await clock.advance(1);
    expect(await executed).toMatchObject({ status: "done" });
    expect(tries).toBe(2);
  });

  it("keeps a log in its order", async () => {
    const { clock, store, executor } = newScene();
    const task = newTask();
    const executed = executor.execute(task);
    await clock.advance(3_000);
    await executed;
    const log = store.logs.read(task.id);
    expect(Array.from(log, ({ text }) => text).join("")).toBe("before\nafter\n");
  });

  it("expires no lease: who lives is left alone, by whoever recovers", async () => {
    const { clock, store, executor } = newScene();
    executor.register("sample", () => new Promise<void>((resolve) => clock.setTimer(resolve, 100_000)));
    const task = newTask();
    const executed = executor.execute(task);
    await clock.advance(1_000);
    clock.setBack(HOUR_MS);
    const recovered = recover(store, { clock });
    await clock.advance(30_000);
    expect(await recovered).toEqual({ tasks: [], runs: [], executors: [] });
    clock.setBack(-2 * HOUR_MS);
    const again = recover(store, { clock });
    await clock.advance(100_000);
    expect(await again).toEqual({ tasks: [], runs: [], executors: [] });
    expect(await executed).toMatchObject({ status: "done" });
  });

  it("gives an interrupted task no negative duration", async () => {
    const { clock, store, executor } = newScene();
    executor.register("sample", () => new Promise<void>(() => undefined));
    const task = new Task({ type: "sample", payload: null, onInterrupted: "fail" });
    void executor.execute(task).catch(() => undefined);
    await clock.advance(1_000);
    const later = new SetClock();
    later.setBack(HOUR_MS);
    const recovered = recover(store, { clock: later });
    await later.advance(30_000);
    expect((await recovered).tasks).toMatchObject([{ taskId: task.id, outcome: "fail" }]);
    expect(store.tasks.get(task.id)).toMatchObject({ status: "failed", result: { durationMs: 0 } });
  });
});
