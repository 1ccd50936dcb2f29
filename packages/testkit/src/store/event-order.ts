import { TaskExecutor, TaskGraph, type Task, type TaskStatus } from "@ttasks/core";
import { SAMPLE_TYPE, sampleGraph, sampleTask } from "../fixtures/sample-tasks.ts";
import type { StoreSuite } from "./store-suite.ts";

const AGE: Readonly<Record<TaskStatus, number>> = { pending: 0, running: 1, done: 2, failed: 2, cancelled: 2 };

/** A store as an executor and a graph use it. */
export function testEventOrder(suite: StoreSuite): void {
  testTransitions(suite);
  testRuns(suite);
}

function testTransitions({ test, check }: StoreSuite): void {
  test("a subscriber never reads an older state than that of its event", async (store) => {
    const executor = new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: handler } });
    const older: string[] = [];
    const reads: Promise<void>[] = [];
    executor.events.subscribe((event) => {
      const compare = (read: Task | undefined): void => {
        if (!read || AGE[read.status] < AGE[event.status]) older.push(`${event.type}: ${read?.status ?? "not stored"}`);
      };
      // Not awaited by the executor: a synchronous store must have the state already.
      const read = store.tasks.get(event.taskId);
      if (read instanceof Promise) reads.push(read.then(compare));
      else compare(read);
    });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => executor.execute(sampleTask(`task ${index}`)).catch(() => undefined)),
    );
    await Promise.all(reads);
    check(
      older,
      [],
      "`record` (or `tasks.save`) may return or resolve only when reads see the state: events follow it",
    );
    check(executor.persistenceErrors.map(String), [], "no save of an ordinary run may fail");
  });

  test("an executor stores every ending with its result", async (store) => {
    const executor = new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: handler } });
    const tasks = [sampleTask("task 1"), sampleTask("task 3")];
    for (const task of tasks) await executor.execute(task).catch(() => undefined);
    for (const task of tasks)
      check(
        (await store.tasks.get(task.id))?.toJSON(),
        task.toJSON(),
        "the store must have the task's last state, result included, when `execute` has settled",
      );
  });
}

function testRuns({ test, check }: StoreSuite): void {
  test("a graph and its tasks are stored before its first task starts", async (store) => {
    const executor = new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: handler } });
    const graph = sampleGraph("release");
    let stored: Promise<number[]> | undefined;
    executor.events.subscribe(() => {
      stored ??= Promise.all([store.graphs.count(), store.tasks.count()]);
    });
    await graph.run(executor);
    check(
      await stored,
      [1, 4],
      "a run saves the graph and all tasks first: `graphs.save` may resolve only when they are stored",
    );
    check(
      (await store.graphs.get(graph.id))?.tasks.map(({ status }) => status),
      graph.tasks.map(({ status }) => status),
      "the store must have every task's last state when the run has ended",
    );
  });

  test("many tasks that run at once are all stored", async (store) => {
    const executor = new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: handler } });
    const graph = new TaskGraph({ title: "wide" });
    for (let index = 0; index < 200; index++) graph.add(sampleTask(`task ${index}`));
    await graph.run(executor, { concurrency: 50 });
    check(executor.persistenceErrors.map(String), [], "no save of an ordinary run may fail");
    check(
      graph.tasks.filter(({ isTerminal }) => !isTerminal).map(({ title }) => title),
      [],
      "no save of an ordinary run may be refused: nobody else has its tasks",
    );
    const states = (await store.tasks.find()).map(({ status }) => status);
    check(
      states,
      graph.tasks.map(({ status }) => status),
      "no transition may be lost when several tasks are recorded at once",
    );
  });
}

/** Fails every third task. */
async function handler({ task }: { readonly task: Task }): Promise<string> {
  await Promise.resolve();
  if (/[369]$/.test(task.title)) throw new Error("it broke");
  return task.title;
}
