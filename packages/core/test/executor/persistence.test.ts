import { describe, expect, it } from "vitest";
import { InMemoryStore, Task, TaskExecutor, TaskGraph, type Store, type TaskEvent } from "@ttasks/core";
import { Gate } from "./gate.ts";
import { recordedEvents } from "./recorded-events.ts";
import { settle as turn } from "@ttasks/testkit";

const anyTask = (title = "Any"): Task => new Task({ type: "any", payload: 1, title });

/** A store whose `record` does what the test says; it keeps the states that it was given. */
function storeWith(record: (task: Task, call: number) => unknown): { store: Store; states: string[] } {
  const { tasks, graphs, runs } = new InMemoryStore();
  const states: string[] = [];
  const store: Store = {
    tasks,
    graphs,
    runs,
    record: (task) => {
      states.push(task.status);
      return record(task, states.length) as void;
    },
  };
  return { store, states };
}

describe("saving at every transition", () => {
  it.each<[string, () => unknown, string[]]>([
    ["done", () => 1, ["running", "done"]],
    [
      "failed",
      () => {
        throw new Error("boom");
      },
      ["running", "failed"],
    ],
  ])("a task that ends %s is saved as running and as ended", async (_status, handler, expected) => {
    const { store, states } = storeWith(() => undefined);
    const executor = TaskExecutor.empty({ store }).register("any", handler);
    await executor.execute(anyTask()).catch(() => undefined);
    expect(states).toEqual(expected);
  });

  it("a cancelled task is saved as cancelled, running or not", async () => {
    const { store, states } = storeWith(() => undefined);
    const executor = TaskExecutor.empty({ store }).register(
      "any",
      ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve)),
    );
    const task = anyTask();
    void executor.execute(task).catch(() => undefined);
    await turn();
    await executor.cancel(task);
    await executor.cancel(anyTask());
    expect(states).toEqual(["running", "cancelled", "cancelled"]);
  });

  it("every task executed is in the store without anybody saving it", async () => {
    const store = new InMemoryStore();
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const tasks = [anyTask(), anyTask()];
    for (const task of tasks) await executor.execute(task);
    expect([...store.tasks.values()]).toEqual(tasks);
    expect(store.tasks.count({ status: "done" })).toBe(2);
  });

  it("a subscriber that reads the store never sees an older state than the event", async () => {
    const saved = new Map<string, string>();
    const { store } = storeWith(async (task) => {
      const { status } = task;
      await turn();
      saved.set(task.id, status);
    });
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const seen: (string | undefined)[] = [];
    executor.events.subscribe(({ taskId, status }) => seen.push(saved.get(taskId), status));
    await executor.execute(anyTask());
    expect(seen).toEqual(["running", "running", "done", "done"]);
  });

  it("state, then store, then event: the handler starts after the started event", async () => {
    const log: string[] = [];
    const { store } = storeWith((task) => void log.push(`saved ${task.status}`));
    const executor = TaskExecutor.empty({ store }).register("any", () => void log.push("handler"));
    executor.events.subscribe(({ type }) => log.push(`event ${type}`));
    await executor.execute(anyTask()).then(() => log.push("resolved"));
    expect(log).toEqual(["saved running", "event started", "handler", "saved done", "event succeeded", "resolved"]);
  });

  it("a slow store holds back the event and the end, not the state", async () => {
    const gate = new Gate();
    const { store } = storeWith((_task, call) => (call === 2 ? gate.promise : undefined));
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const events = recordedEvents(executor);
    const task = anyTask();
    const ended = executor.execute(task);
    await turn();
    expect([task.status, task.result?.output, events.length]).toEqual(["done", 1, 1]);
    gate.open();
    await ended;
    expect(events).toHaveLength(2);
  });

  it("a store that never answers holds up its task only", async () => {
    const { store } = storeWith((task) => (task.title === "stuck" ? new Promise(() => undefined) : undefined));
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const stuck = anyTask("stuck");
    void executor.execute(stuck);
    expect((await executor.execute(anyTask())).output).toBe(1);
    expect(stuck.status).toBe("running");
  });

  it("a store without record is written to by tasks.save", async () => {
    const { tasks, graphs, runs } = new InMemoryStore();
    const executor = TaskExecutor.empty({ store: { tasks, graphs, runs } }).register("any", () => 1);
    const task = anyTask();
    await executor.execute(task);
    expect([tasks.get(task.id), task.revision]).toEqual([task, 2]);
  });

  it("a synchronous store whose save gives something back is not taken for a failing one", async () => {
    const { store } = storeWith((task, call) => new Map([[task.id, call]]));
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    await executor.execute(anyTask());
    expect(executor.persistenceErrors).toEqual([]);
  });

  it("a store that answers with a thenable that is no Promise is waited for", async () => {
    const log: string[] = [];
    const { store } = storeWith((task) => ({
      then(resolve: () => void) {
        log.push(task.status);
        resolve();
      },
    }));
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    await executor.execute(anyTask());
    expect([log, executor.persistenceErrorCount]).toEqual([["running", "done"], 0]);
  });
});

describe("a save that fails", () => {
  const failures: [string, () => unknown][] = [
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("disk full"))],
    ["rejects late", () => turn().then(() => Promise.reject(new Error("disk full")))],
  ];

  it.each(failures)("because the store %s is recorded and emitted, and the task goes on", async (_how, fail) => {
    const { store } = storeWith(fail);
    const executor = TaskExecutor.empty({ store }).register("any", () => "out");
    const events = recordedEvents(executor);
    const task = anyTask();
    expect((await executor.execute(task)).output).toBe("out");
    expect([task.status, task.error]).toEqual(["done", undefined]);
    expect(executor.persistenceErrors.map(({ message }) => message)).toEqual(["disk full", "disk full"]);
    expect(executor.persistenceErrorCount).toBe(2);
    expect(events.map(({ type, status }) => [type, status])).toEqual([
      ["persistence_failed", "running"],
      ["started", "running"],
      ["persistence_failed", "done"],
      ["succeeded", "done"],
    ]);
  });

  it("its event carries the store's error and the task, with the state that it is in", async () => {
    const error = new Error("disk full");
    const { store } = storeWith((_task, call) => {
      if (call === 2) throw error;
    });
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const events: TaskEvent[] = recordedEvents(executor);
    const task = anyTask();
    await executor.execute(task);
    const event = events.find(({ type }) => type === "persistence_failed");
    expect(event).toMatchObject({ taskId: task.id, previousStatus: "done", status: "done" });
    expect(event?.task).toBe(task);
    expect(event?.error).toBe(error);
    expect(executor.persistenceErrors[0]).toBe(error);
  });

  it.each([
    ["a string", "disk full"],
    ["undefined", undefined],
    ["an object without prototype", Object.create(null) as unknown],
  ])("with %s instead of an error is recorded, too", async (_what, thrown) => {
    const { store } = storeWith(() => {
      throw thrown;
    });
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    await executor.execute(anyTask());
    expect(executor.persistenceErrors.every((error) => error instanceof Error)).toBe(true);
    expect(executor.persistenceErrorCount).toBe(2);
  });

  it("does not fail a graph: neither the saving of the graph nor that of its tasks", async () => {
    const { store } = storeWith(() => {
      throw new Error("disk full");
    });
    const broken: Store = {
      ...store,
      graphs: Object.assign(Object.create(store.graphs) as typeof store.graphs, {
        save: () => {
          throw new Error("no graphs");
        },
      }),
    };
    const executor = TaskExecutor.empty({ store: broken }).register("any", () => 1);
    const graph = new TaskGraph({ title: "g" });
    graph.add(anyTask());
    await graph.run(executor);
    expect(graph.ok).toBe(true);
    expect(executor.persistenceErrors.map(({ message }) => message)).toEqual(["no graphs", "disk full", "disk full"]);
  });

  it("of a cancelled pending task is told and the task is cancelled", async () => {
    const { store } = storeWith(() => Promise.reject(new Error("disk full")));
    const executor = TaskExecutor.empty({ store });
    const task = anyTask();
    expect([await executor.cancel(task), task.status, executor.persistenceErrorCount]).toEqual([true, "cancelled", 1]);
  });

  it("the newest 1,000 are kept and all are counted", async () => {
    let call = 0;
    const { store } = storeWith(() => {
      throw new Error(String(++call));
    });
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    for (let n = 0; n < 600; n++) await executor.execute(anyTask());
    expect([executor.persistenceErrorCount, executor.persistenceErrors.length]).toEqual([1_200, 1_000]);
    expect([executor.persistenceErrors[0]?.message, executor.persistenceErrors.at(-1)?.message]).toEqual([
      "201",
      "1200",
    ]);
  });

  it("a subscriber that throws at persistence_failed disturbs nothing", async () => {
    const { store } = storeWith(() => {
      throw new Error("disk full");
    });
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    executor.events.subscribe(() => {
      throw new Error("observer");
    });
    expect((await executor.execute(anyTask())).status).toBe("done");
    expect(executor.events.errorCount).toBe(4);
  });
});
