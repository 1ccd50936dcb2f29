import { TaskExecutor, type ExecutorOwner, type Lease, type Leases, type Store, type Task } from "@ttasks/core";
import { SAMPLE_TYPE, sampleTask } from "../fixtures/sample-tasks.ts";
import { soon, until } from "../fixtures/until.ts";
import { settle, VirtualClock } from "../fixtures/virtual-clock.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

const OWNER: ExecutorOwner = { host: "here", pid: 4711, processStart: "boot/1" };

/** That executors live, and what they are asked to cancel. Left out for a store without `leases`. */
export function testLeases(suite: StoreSuite): void {
  testKeeping(suite);
  testRequests(suite);
  if (suite.contract.reopen) testReopening(suite);
}

function testKeeping({ test, check }: StoreSuite): void {
  test("an executor has a lease before its first task runs, renews it, and gives it up", async (store) => {
    const bench = new Bench(store);
    await bench.start(sampleTask("long"));
    const first = (await bench.lease())!;
    check(
      [first.status, first.owner, first.revision],
      ["active", OWNER, 1],
      "`leases.renew` must store a new lease before it returns or resolves",
    );
    await bench.clock.advance(10_500);
    await bench.isIdle();
    check(((await bench.lease())?.revision ?? 0) > first.revision, true, "`leases.renew` must store each renewal");
    check(
      (await leasesOf(store).find()).map(({ id }) => id),
      [bench.executor.id],
      "`leases.find` must give all leases that are stored",
    );
    await bench.close();
    check(await bench.lease(), undefined, "`leases.delete` must remove the lease of an executor that is closed");
  });

  test("of two that change a lease at once one does", async (store) => {
    const bench = new Bench(store);
    await bench.start(sampleTask("long"));
    const leases = leasesOf(store);
    const [one, other, late] = [(await bench.lease())!, (await bench.lease())!, (await bench.lease())!];
    check(await leases.expire(one), true, "`leases.expire` must be true for a lease as it is stored");
    check(
      await leases.expire(other),
      false,
      "`leases.expire` must be false for a lease that was changed: heed `ifRevision`",
    );
    check(
      await leases.renew(late),
      false,
      "`leases.renew` must be false for a lease that has expired: heed `ifRevision`",
    );
    check((await bench.lease())?.status, "expired", "`leases.renew` must not bring a lease back");
    check(await leases.delete(one.id), true, "`leases.delete` must be true for a lease that is stored");
    check(await leases.renew(one), false, "`leases.renew` must be false for a lease that is gone: heed `ifRevision`");
    check(await leases.delete(one.id), false, "`leases.delete` must be false for a lease that is not stored");
    await bench.close();
  });

  test("an executor whose lease has expired stops what it runs, and goes on under another id", async (store) => {
    const bench = new Bench(store);
    const { id } = bench.executor;
    const ended = await bench.start(sampleTask("long"));
    await leasesOf(store).expire((await bench.lease())!);
    await bench.clock.advance(6_000);
    const advice = "`leases.renew` must tell an executor that its lease has expired";
    check(errorKind(await soon(ended(), advice)), "task_claimed", advice);
    check(bench.executor.id === id, false, "an executor whose lease has expired must have another id");
    await bench.close();
  });
}

function testRequests({ test, check }: StoreSuite): void {
  test("a cancel that is requested reaches the executor of the task within a second", async (store) => {
    const bench = new Bench(store);
    const task = sampleTask("long");
    const ended = await bench.start(task);
    check(await store.tasks.requestCancel(task.id), true, "`tasks.requestCancel` must be true for a task that runs");
    await bench.clock.advance(1_000);
    const advice = "`leases.cancelRequests` must give what was requested of an executor";
    check(errorKind(await soon(ended(), advice)), "cancelled", advice);
    check((await store.tasks.get(task.id))?.status, "cancelled", "the task must be stored as cancelled");
    check(
      await leasesOf(store).cancelRequests(bench.executor.id),
      [],
      "`leases.forgetCancelRequests` must remove the requests",
    );
    await bench.close();
  });

  test("a request is given to the executor of the task only, and a second one takes the place of the first", async (store) => {
    const bench = new Bench(store);
    const task = sampleTask("long");
    await bench.start(task);
    for (let time = 0; time < 2; time++) await store.tasks.requestCancel(task.id);
    const requests = await leasesOf(store).cancelRequests(bench.executor.id);
    check(requests, [{ taskId: task.id, attempt: 1 }], "`leases.cancelRequests` must give one request for a task");
    check(await leasesOf(store).cancelRequests("nobody"), [], "`leases.cancelRequests` must heed the executor's id");
    await bench.close();
  });

  test("a pending task is cancelled by the request itself, and an ended one stays as it is", async (store) => {
    const task = sampleTask("waiting");
    await store.tasks.save(task);
    check(await store.tasks.requestCancel(task.id), true, "`tasks.requestCancel` must be true for a pending task");
    check((await store.tasks.get(task.id))?.status, "cancelled", "`tasks.requestCancel` must cancel a pending task");
    check(await store.tasks.requestCancel(task.id), false, "`tasks.requestCancel` must be false for an ended task");
    check(await store.tasks.requestCancel("nobody"), false, "`tasks.requestCancel` must be false for an unknown task");
  });
}

function testReopening({ test, check, contract }: StoreSuite): void {
  test("leases and requests outlive the closing of the store", async (store) => {
    const bench = new Bench(store);
    const task = sampleTask("long");
    await bench.start(task);
    await store.tasks.requestCancel(task.id);
    const { id } = bench.executor;
    const again = await contract.reopen!(store);
    check((await leasesOf(again).get(id))?.owner, OWNER, "a lease must outlive the closing of the store");
    const requests = await leasesOf(again).cancelRequests(id);
    check(requests.length, 1, "a request must outlive the closing of the store");
    await contract.close?.(again);
  });
}

/** An executor with a clock of its own and a handler that never ends by itself. */
class Bench {
  readonly clock = new VirtualClock();
  readonly executor: TaskExecutor;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    this.executor = new TaskExecutor({ store, clock: this.clock, owner: OWNER });
    this.executor.register(
      SAMPLE_TYPE,
      ({ signal }) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        }),
    );
  }

  /** Starts a task, and gives what tells how it ended. */
  async start(task: Task): Promise<() => Promise<unknown>> {
    const ended = thrownBy(() => this.executor.execute(task));
    const isRunning = async (): Promise<boolean> => (await this.#store.tasks.get(task.id))?.isRunning === true;
    await until("`record` must store that a task has started", isRunning);
    return () => ended;
  }

  lease(): Promise<Lease | undefined> {
    return Promise.resolve(leasesOf(this.#store).get(this.executor.id));
  }

  /** What a tick of the executor has asked of the store has come back. */
  async isIdle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      await this.lease();
      await settle();
    }
  }

  async close(): Promise<void> {
    for (const task of await this.#store.tasks.find({ status: "running" }))
      await this.executor.cancel(task).catch(() => undefined);
    await this.executor.close();
  }
}

function leasesOf(store: Store): Leases {
  if (!store.leases)
    throw new TypeError("The store has no `leases`: write them, or declare the ability `leases: false`");
  return store.leases;
}
