import { AsyncDocumentStore, Task, TaskExecutor, TaskGraph, type PersistenceMode } from "@ttasks/core";
import { asyncDriver, MapDriver, VirtualClock } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";

const SAVE_MS = 2_000;
const WORK_MS = 100;
const MODES: readonly PersistenceMode[] = ["record", "strict"];

/** An executor whose store takes 2 s for whatever it does. */
function slowScene(persistence: PersistenceMode): {
  readonly clock: VirtualClock;
  readonly store: AsyncDocumentStore;
  readonly executor: TaskExecutor;
  readonly seen: string[];
} {
  const clock = new VirtualClock();
  const driver = new MapDriver();
  const wait = (): Promise<void> => new Promise((resolve) => clock.setTimer(resolve, SAVE_MS));
  const store = new AsyncDocumentStore(asyncDriver(driver, wait), { clock });
  const executor = TaskExecutor.empty({ store, clock, persistence });
  executor.register("sample", () => new Promise((resolve) => clock.setTimer(() => resolve("done"), WORK_MS)));
  const seen: string[] = [];
  executor.events.subscribe(({ task, type }) => {
    const [stored] = driver.read("task", [task.id]);
    seen.push(`${task.title} ${type}, stored: ${String(stored?.["status"])}`);
  });
  return { clock, store, executor, seen };
}

const newTask = (title: string, timeoutMs?: number): Task =>
  new Task({ type: "sample", payload: null, title, timeoutMs });

describe.each(MODES)("a store that takes 2 s for a save (%s)", (persistence) => {
  it("is waited for before anybody is told, and nothing is noted as failed", async () => {
    const { clock, executor, seen } = slowScene(persistence);
    const task = newTask("a");
    const executed = executor.execute(task);
    await clock.advance(60_000);
    expect(await executed).toMatchObject({ status: "done", durationMs: expect.any(Number) as number });
    expect(seen).toEqual(["a started, stored: running", "a succeeded, stored: done"]);
    expect(executor.persistenceErrorCount).toBe(0);
  });

  it("takes nothing of the time that a task has", async () => {
    const { clock, executor } = slowScene(persistence);
    const executed = executor.execute(newTask("a", WORK_MS + 1));
    await clock.advance(60_000);
    expect(await executed).toMatchObject({ status: "done" });
  });

  it("does not keep the lease from being renewed", async () => {
    const { clock, executor, store } = slowScene(persistence);
    executor.register("sample", () => new Promise((resolve) => clock.setTimer(() => resolve("done"), 60_000)));
    const executed = executor.execute(newTask("a"));
    const revisions: number[] = [];
    for (let time = 0; time < 60_000; time += 20_000) {
      await clock.advance(20_000);
      const lease = store.leases.get(executor.id);
      await clock.advance(SAVE_MS * 4);
      revisions.push((await lease)?.revision ?? 0);
    }
    expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
    expect(revisions[0]).toBeGreaterThan(0);
    await clock.advance(60_000);
    expect(await executed).toMatchObject({ status: "done" });
    expect(executor.persistenceErrorCount).toBe(0);
  });

  it("stops a task that is cancelled while its start is saved, and saves that", async () => {
    const { clock, executor, store, seen } = slowScene(persistence);
    const task = newTask("a");
    const executed = executor.execute(task).catch((error: unknown) => (error as Error).name);
    await clock.advance(SAVE_MS + 1);
    const cancelled = executor.cancel(task);
    await clock.advance(60_000);
    await cancelled;
    expect(await executed).toBe("AbortError");
    expect(seen.at(-1)).toBe("a cancelled, stored: cancelled");
    const stored = store.tasks.get(task.id);
    await clock.advance(60_000);
    expect((await stored)?.status).toBe("cancelled");
  });

  it("makes a graph slow, and loses nothing of it", async () => {
    const { clock, executor, seen } = slowScene(persistence);
    const graph = new TaskGraph({ title: "slow" });
    const first = graph.add(newTask("a"));
    graph.add(newTask("b"), { after: [first] });
    const run = graph.run(executor, { clock });
    await clock.advance(300_000);
    await run;
    expect(graph.ok).toBe(true);
    expect(seen).toEqual([
      "a started, stored: running",
      "a succeeded, stored: done",
      "b started, stored: running",
      "b succeeded, stored: done",
    ]);
    expect(executor.persistenceErrorCount).toBe(0);
  });
});
