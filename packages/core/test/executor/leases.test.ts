import { describe, expect, it } from "vitest";
import { AsyncDocumentStore, InMemoryStore, Task, TaskExecutor, TaskGraph } from "@ttasks/core";
import { asyncDriver, MapDriver, settle, VirtualClock } from "@ttasks/testkit";
import { hangs, Ledger } from "../recovery/ledger.ts";

describe.each(["sync", "async"] as const)("the lease of an executor in a %s store", (mode) => {
  it("is stored before the first task runs, tells who it is, and is renewed while something runs", async () => {
    const ledger = new Ledger(mode);
    const task = await ledger.save("long");
    const one = ledger.process(hangs);
    await expect(Promise.resolve(one.store.leases!.find())).resolves.toEqual([]);
    void one.execute(await one.load(task));
    await one.hasStarted(task);
    const lease = async () => (await ledger.open().leases!.get(one.executor.id))!;
    const first = await lease();
    expect(first).toMatchObject({ owner: { host: "here", pid: 1 }, status: "active", title: "here:1", revision: 1 });
    await one.clock.advance(4_000);
    expect((await lease()).revision).toBe(1);
    await one.clock.advance(12_000);
    const later = await lease();
    expect(later.revision).toBe(4);
    expect(later.renewedAt.getTime() - first.renewedAt.getTime()).toBe(15_000);
    expect(later.createdAt).toEqual(first.createdAt);
  });

  it("has no timer while nothing runs, and is removed when the executor is closed", async () => {
    const ledger = new Ledger(mode);
    const one = ledger.process();
    for (const title of ["a", "b", "c"]) await one.execute(await one.load(await ledger.save(title)));
    expect(one.clock.timerCount).toBe(0);
    expect((await one.store.leases!.find()).map(({ id, revision }) => [id, revision])).toEqual([[one.executor.id, 1]]);
    await one.executor.close();
    await expect(Promise.resolve(one.store.leases!.find())).resolves.toEqual([]);
  });

  it("is not older than a heartbeat when a task starts", async () => {
    const ledger = new Ledger(mode);
    const one = ledger.process();
    await one.execute(await one.load(await ledger.save("a")));
    one.clock.pass(5_000);
    await one.execute(await one.load(await ledger.save("b")));
    expect((await one.store.leases!.find()).map(({ revision }) => revision)).toEqual([2]);
  });

  it("a renewal that fails is told, and tried again half a second later", async () => {
    const ledger = new Ledger(mode);
    const one = ledger.process(hangs);
    const task = await ledger.save("a");
    void one.execute(await one.load(task));
    await one.hasStarted(task);
    const { write } = ledger.driver;
    ledger.driver.write = () => {
      throw new Error("the disk is full");
    };
    await one.clock.advance(5_000);
    expect(one.executor.persistenceErrors.map(String)).toEqual(["Error: the disk is full"]);
    ledger.driver.write = write;
    await one.clock.advance(500);
    await settle();
    // The revision of the write that failed may have been stored, for all that is known.
    expect((await one.store.leases!.find()).map(({ revision }) => revision)).toEqual([3]);
    expect(one.executor.persistenceErrorCount).toBe(1);
  });
});

it.each(["sync", "async"] as const)(
  "an executor that was taken for gone before it knew of its own lease has another one (%s store)",
  async (mode) => {
    const ledger = new Ledger(mode);
    const one = ledger.process(undefined, { persistence: "strict" });
    const task = await one.load(await ledger.save("a"));
    const { id } = one.executor;
    const write = ledger.driver.write.bind(ledger.driver);
    ledger.driver.write = (changes) => {
      write(changes);
      throw new Error("the connection was lost");
    };
    await expect(one.execute(task)).resolves.toMatchObject({ code: "store_failed" });
    ledger.driver.write = write;
    const { leases } = ledger.open();
    await expect(Promise.resolve(leases!.expire((await leases!.get(id))!))).resolves.toBe(true);
    await expect(one.execute(task)).resolves.toMatchObject({ output: "done" });
    expect(one.executor.id).not.toBe(id);
    expect((await ledger.read(task)).attempts.at(-1)?.executorId).toBe(one.executor.id);
  },
);

it("an executor that is closed while it looks for cancels leaves no lease", async () => {
  const driver = asyncDriver(new MapDriver());
  let goOn = (): void => undefined;
  const clock = new VirtualClock();
  const store = new AsyncDocumentStore(driver, { clock });
  const executor = new TaskExecutor({ store, clock, handlers: { any: hangs } });
  const task = new Task({ type: "any", payload: null });
  const ended = executor.execute(task).catch((error: unknown) => error);
  await settle();
  const { scan } = driver;
  driver.scan = async function* (kind, filter) {
    driver.scan = scan;
    await new Promise<void>((resolve) => (goOn = resolve));
    yield* scan(kind, filter);
  };
  clock.pass(5_000);
  await clock.advance(0);
  await executor.cancel(task);
  await ended;
  await executor.close();
  goOn();
  await settle();
  expect(await store.leases.find()).toEqual([]);
});

describe("a cancel that is asked for by another process", () => {
  it.each(["sync", "async"] as const)(
    "reaches the executor of a task within half a second (%s store)",
    async (mode) => {
      const ledger = new Ledger(mode);
      const task = await ledger.save("long");
      const one = ledger.process(hangs);
      const ended = one.execute(await one.load(task));
      await one.hasStarted(task);
      await expect(Promise.resolve(ledger.open().tasks.requestCancel(task.id))).resolves.toBe(true);
      await one.clock.advance(500);
      await expect(ended).resolves.toMatchObject({ code: "cancelled" });
      expect((await ledger.read(task)).status).toBe("cancelled");
      await expect(Promise.resolve(one.store.leases!.cancelRequests(one.executor.id))).resolves.toEqual([]);
    },
  );

  it("ends the wait for the next try", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("retried", { retry: { attempts: 2, backoffMs: 60_000, jitter: "none" } });
    const one = ledger.process(() => {
      throw new Error("no luck");
    });
    const mine = await one.load(task);
    const ended = one.execute(mine);
    while (!mine.retryAt) await settle();
    await settle();
    expect(await ledger.open().tasks.requestCancel(task.id)).toBe(true);
    await one.clock.advance(500);
    await expect(ended).resolves.toMatchObject({ code: "cancelled" });
  });

  it.each(["sync", "async"] as const)("cancels a pending task at once, whoever holds it (%s store)", async (mode) => {
    const ledger = new Ledger(mode);
    const task = await ledger.save("waiting");
    const one = ledger.process();
    const theirs = await one.load(task);
    await expect(Promise.resolve(ledger.open().tasks.requestCancel(task.id))).resolves.toBe(true);
    expect(await ledger.read(task)).toMatchObject({ status: "cancelled", error: 'Task "waiting" was cancelled' });
    await expect(one.execute(theirs)).resolves.toMatchObject({ code: "task_claimed" });
  });

  it("is no use for a task that has ended, was moved by hand, or is not stored", async () => {
    const ledger = new Ledger();
    const one = ledger.process();
    const [ended, moved] = [await ledger.save("ended"), await ledger.save("moved")];
    await one.execute(await one.load(ended));
    const byHand = await one.load(moved);
    byHand.transitionTo("running");
    await one.store.tasks.save(byHand);
    const { tasks } = ledger.open();
    for (const id of [ended.id, moved.id, "nobody"]) expect(await tasks.requestCancel(id)).toBe(false);
    expect(() => tasks.requestCancel(5 as never)).toThrow(TypeError);
  });

  it("that was meant for an earlier run of the executor is not taken for the next one", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("again");
    const one = ledger.process(hangs);
    const mine = await one.load(task);
    const ended = one.execute(mine);
    await one.hasStarted(task);
    await ledger.open().tasks.requestCancel(task.id);
    await one.executor.cancel(mine);
    await ended;
    mine.reset();
    void one.execute(mine);
    await settle();
    await one.clock.advance(1_000);
    expect(mine.status).toBe("running");
  });

  it("is not asked for by `executor.cancel` of a task that another executor runs: that says what to do", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("elsewhere");
    const [one, other] = [ledger.process(hangs), ledger.process()];
    void one.execute(await one.load(task));
    await one.hasStarted(task);
    await settle();
    const error: unknown = await other.executor.cancel(await other.load(task)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid_transition", message: /store\.tasks\.requestCancel\(id\)/ });
    expect((await ledger.read(task)).status).toBe("running");
    await ledger.open().leases!.delete(one.executor.id);
    await expect(other.executor.cancel(await other.load(task))).resolves.toBe(true);
  });

  it("does not keep the lease from being renewed where it cannot be read", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("long");
    const one = ledger.process(hangs);
    void one.execute(await one.load(task));
    await one.hasStarted(task);
    const { id } = one.executor;
    const document = { version: 99, id: task.id, revision: 1, type: id };
    ledger.driver.write([{ op: "put", kind: "cancel", id: task.id, revision: 1, document }]);
    await one.clock.advance(6_000);
    expect((await one.store.leases!.get(id))?.revision).toBe(2);
  });

  it("asked for twice of a task in memory is answered alike", async () => {
    const store = new InMemoryStore();
    const executor = TaskExecutor.empty({ store }).register("any", hangs);
    const task = new Task({ type: "any", payload: null });
    const ended = executor.execute(task).catch((error: unknown) => error);
    await settle();
    expect([store.tasks.requestCancel(task.id), store.tasks.requestCancel(task.id)]).toEqual([true, true]);
    await ended;
    expect(store.tasks.requestCancel(task.id)).toBe(false);
  });
});

it("an executor that is closed takes no lease for a graph that it is to run", async () => {
  const ledger = new Ledger();
  const one = ledger.process();
  await one.executor.close();
  const graph = new TaskGraph({ title: "g" });
  graph.add(new Task({ type: "any", payload: null }));
  await graph.run(one.executor);
  expect([graph.ok, await ledger.open().leases!.find()]).toEqual([false, []]);
});
