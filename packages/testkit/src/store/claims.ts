import { TaskExecutor, type Store, type Task } from "@ttasks/core";
import { SAMPLE_TYPE, sampleTask } from "../fixtures/sample-tasks.ts";
import { until } from "../fixtures/until.ts";
import { settle } from "../fixtures/virtual-clock.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** Why a test waits in vain. */
const STORES_START = "`record` must store that a task has started";

/** Of those that try to run one task one does, and who has lost it cannot write any more. Left out for a store without `record`. */
export function testClaims(suite: StoreSuite): void {
  testRaces(suite);
  testFencing(suite);
}

function testRaces({ test, check }: StoreSuite): void {
  for (const [count, title] of [
    [8, "of eight executors that start one task at once one runs it"],
    [2, "of two executors that start the same task one after the other one runs it"],
  ] as const) {
    test(title, async (store) => {
      const task = sampleTask("once");
      await store.tasks.save(task);
      const racers = await racersFor(store, task, count);
      const kinds: string[] = [];
      if (count === 8) kinds.push(...(await Promise.all(racers.map(({ race }) => race()))));
      else for (const { race } of racers) kinds.push(await race());
      check(
        [kinds.filter((kind) => kind === "nothing").length, kinds.filter((kind) => kind === "task_claimed").length],
        [1, count - 1],
        "`record` must let one win, and refuse all others with `stale_revision`: heed `ifRevision` in the transaction of the write",
      );
      check(racers.flatMap(({ ran }) => ran).length, 1, "no handler may be called for a task that somebody else has");
      const stored = (await store.tasks.get(task.id))!;
      check(
        [stored.status, stored.attempts.length],
        ["done", 1],
        "the store must have the task as the one that has run it left it",
      );
    });
  }

  test("two executors share the work of a hundred tasks: each is run once", async (store) => {
    const tasks = Array.from({ length: 100 }, (_, index) => sampleTask(`task ${index}`));
    for (const task of tasks) await store.tasks.save(task);
    const ran: string[] = [];
    const work = async (own: readonly Task[]): Promise<void> => {
      const executor = executorOf(store, ({ id }) => ran.push(id));
      await Promise.all(own.map((task) => executor.execute(task).catch(() => undefined)));
    };
    const [one, other] = [await store.tasks.find(), await store.tasks.find({ order: "desc" })];
    await Promise.all([work(one), work(other)]);
    check([ran.length, new Set(ran).size], [100, 100], "`record` must let one win each task: heed `ifRevision`");
    check(await store.tasks.count({ status: "done" }), 100, "no task may be lost");
  });
}

function testFencing({ test, check }: StoreSuite): void {
  test("who has lost a running task cannot write its end over the newer state", async (store) => {
    const task = sampleTask("zombie");
    await store.tasks.save(task);
    let finish: () => void = () => undefined;
    const executor = new TaskExecutor({ store });
    executor.register(SAMPLE_TYPE, () => new Promise<void>((resolve) => (finish = resolve)));
    const mine = (await store.tasks.get(task.id))!;
    const ended = thrownBy(() => executor.execute(mine));
    await until(STORES_START, async () => (await store.tasks.get(task.id))?.isRunning === true);
    const theirs = (await store.tasks.get(task.id))!;
    theirs.transitionTo("failed");
    await store.tasks.save(theirs);
    await settle();
    finish();
    check(
      errorKind(await ended),
      "task_claimed",
      "`record` must refuse an end over a state that the executor has not seen",
    );
    check(
      (await store.tasks.get(task.id))?.status,
      "failed",
      "`record` must leave the newer state as it is: heed `ifRevision`",
    );
    await executor.close();
  });
}

interface Racer {
  readonly ran: readonly string[];
  readonly race: () => Promise<string>;
}

/** Each with an object of the task of its own, as if it were another process. */
async function racersFor(store: Store, { id }: Task, count: number): Promise<readonly Racer[]> {
  const racers: Racer[] = [];
  for (let index = 0; index < count; index++) {
    const task = (await store.tasks.get(id))!;
    const ran: string[] = [];
    const executor = executorOf(store, ({ title }) => ran.push(title));
    racers.push({ ran, race: async () => errorKind(await thrownBy(() => executor.execute(task))) });
  }
  return racers;
}

function executorOf(store: Store, onRun: (task: Task) => void): TaskExecutor {
  return new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: ({ task }) => onRun(task) } });
}
