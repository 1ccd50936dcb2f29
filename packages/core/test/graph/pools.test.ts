import { describe, expect, it } from "vitest";
import { GraphError, type Task, TaskExecutor, TaskGraph, type RunOptions } from "@ttasks/core";
import { settle as turn, VirtualClock } from "@ttasks/testkit";
import { Gate } from "../executor/gate.ts";
import { named, recordingExecutor } from "./recording-executor.ts";

const titles = (tasks: Iterable<Task>): string[] => Array.from(tasks, ({ title }) => title);

/** A graph of tasks as `db1`, `net2` and `free3`: each is in the pool that its title begins with; `free` ones are in none. */
function pooled(...lines: readonly string[]): TaskGraph {
  const graph = new TaskGraph({ title: "g" });
  for (const title of lines) {
    const [pool] = /^[a-z]+/.exec(title)!;
    graph.add(named(title), pool === "free" ? {} : { pool });
  }
  return graph;
}

/** An executor whose tasks run until they are let go, by title. */
function gated(): {
  executor: TaskExecutor;
  running: Set<string>;
  started: string[];
  end(title: string): Promise<void>;
} {
  const gates = new Map<string, Gate>();
  const running = new Set<string>();
  const started: string[] = [];
  const executor = TaskExecutor.empty().register("any", async ({ task: { title }, signal }) => {
    const gate = new Gate();
    gates.set(title, gate);
    running.add(title);
    started.push(title);
    signal.addEventListener("abort", () => gate.open());
    await gate.promise;
    running.delete(title);
  });
  const end = async (title: string): Promise<void> => {
    gates.get(title)!.open();
    await turn();
  };
  return { executor, running, started, end };
}

const list = (running: Set<string>): string => [...running].sort().join(" ");

describe("pools", () => {
  it("no more tasks of a pool run at once than the run allows", async () => {
    const graph = pooled("db1", "db2", "db3", "net1", "net2", "net3", "net4");
    let most: Record<string, number> = {};
    const now: Record<string, number> = { db: 0, net: 0 };
    const executor = TaskExecutor.empty().register("any", async ({ task: { title } }) => {
      const pool = title.replace(/\d/, "");
      now[pool]!++;
      most = { ...most, [pool]: Math.max(most[pool] ?? 0, now[pool]!) };
      await turn();
      now[pool]!--;
    });
    await graph.run(executor, { clock: new VirtualClock(), concurrency: Infinity, pools: { db: 1, net: 3 } });
    expect([graph.ok, most]).toEqual([true, { db: 1, net: 3 }]);
  });

  it("a full pool holds back neither the tasks of other pools nor those of none", async () => {
    const graph = pooled("db1", "db2", "db3", "net1", "free1");
    const { executor, running, end } = gated();
    const ended = graph.run(executor, { clock: new VirtualClock(), concurrency: 3, pools: { db: 1, net: 1 } });
    await turn();
    expect(list(running)).toBe("db1 free1 net1");
    await end("net1");
    expect(list(running)).toBe("db1 free1");
    await end("db1");
    expect(list(running)).toBe("db2 free1");
    for (const title of ["db2", "db3", "free1"]) await end(title);
    await ended;
    expect(graph.ok).toBe(true);
  });

  it("who waits for room keeps its turn: it starts before what became ready later", async () => {
    const graph = pooled("free1", "db1", "db2", "db3", "net1", "net2", "free2");
    const { executor, started, end } = gated();
    const ended = graph.run(executor, { clock: new VirtualClock(), concurrency: 3, pools: { db: 1, net: 1 } });
    await turn();
    expect(started).toEqual(["free1", "db1", "net1"]);
    await end("db1");
    expect(started.at(-1)).toBe("db2");
    await end("net1");
    expect(started.at(-1)).toBe("net2");
    await end("db2");
    expect(started.at(-1)).toBe("db3");
    await end("free1");
    expect(started.at(-1)).toBe("free2");
    for (const title of ["db3", "net2", "free2"]) await end(title);
    await ended;
  });

  it("the concurrency of the run bounds all pools together", async () => {
    const graph = pooled("db1", "db2", "net1", "net2");
    const { executor, running, end } = gated();
    const ended = graph.run(executor, {
      clock: new VirtualClock(),
      concurrency: 2,
      pools: { db: Infinity, net: Infinity },
    });
    await turn();
    expect(list(running)).toBe("db1 db2");
    for (const title of ["db1", "db2", "net1", "net2"]) await end(title);
    await ended;
  });

  it("a failed and a cancelled task make room as a done one does", async () => {
    const graph = new TaskGraph({ title: "g" });
    for (const title of ["fail a", "cancel b", "c"]) graph.add(named(title), { pool: "db" });
    const { executor, ran } = recordingExecutor();
    await graph.run(executor, { clock: new VirtualClock(), pools: { db: 1 } });
    expect(ran).toEqual(["fail a", "cancel b", "c"]);
  });

  it("a task that is cancelled while it waits for room takes none, and those behind it get it", async () => {
    const graph = pooled("db1", "db2", "db3");
    const { executor, started, end } = gated();
    const ended = graph.run(executor, { clock: new VirtualClock(), pools: { db: 1 } });
    await turn();
    graph.tasks[1]!.cancel();
    await end("db1");
    expect(started).toEqual(["db1", "db3"]);
    await end("db3");
    await ended;
    expect(titles(graph.cancelled)).toEqual(["db2"]);
  });

  it("a task that cannot be executed makes room at once", async () => {
    const graph = pooled("db1", "db2");
    const { executor, ran } = recordingExecutor();
    const ended = graph.run(
      {
        execute: (task, options) => {
          if (task.title === "db1") throw new Error("not today");
          return executor.execute(task, options);
        },
      },
      { pools: { db: 1 } },
    );
    await ended;
    expect(ran).toEqual(["db2"]);
  });

  it("finally tasks have pools too", async () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("a"), { pool: "db" });
    for (const title of ["x", "y"]) graph.add(named(title), { pool: "db", finally: true });
    const { executor, running, end } = gated();
    const ended = graph.run(executor, { clock: new VirtualClock(), pools: { db: 1 } });
    for (const title of ["a", "x", "y"]) {
      await turn();
      expect(list(running)).toBe(title);
      await end(title);
    }
    await ended;
    expect(graph.ok).toBe(true);
  });

  it("with failFast what waits for room does not start, and finally tasks find their pools empty", async () => {
    const graph = new TaskGraph({ title: "g" });
    for (const title of ["fail a", "b"]) graph.add(named(title), { pool: "db" });
    graph.add(named("report"), { pool: "db", finally: true });
    const { executor, ran } = recordingExecutor();
    await graph.run(executor, { failFast: true, pools: { db: 1 } });
    expect(ran).toEqual(["fail a", "report"]);
  });

  it("an abort leaves what waits for room pending, and the run ends", async () => {
    const graph = pooled("db1", "db2");
    const { executor, started } = gated();
    const controller = new AbortController();
    const ended = graph.run(executor, { clock: new VirtualClock(), signal: controller.signal, pools: { db: 1 } });
    await turn();
    controller.abort();
    await ended;
    expect([started, graph.tasks[1]!.status]).toEqual([["db1"], "pending"]);
  });

  it("the sizes count as they were at the start of the run", async () => {
    const graph = pooled("db1", "db2");
    const pools = { db: 1 };
    const { executor, running, end } = gated();
    const ended = graph.run(executor, { clock: new VirtualClock(), pools });
    pools.db = 5;
    await turn();
    expect(list(running)).toBe("db1");
    await end("db1");
    await end("db2");
    await ended;
  });

  it("20,000 tasks of one pool run one after the other, in their order", async () => {
    const graph = new TaskGraph({ title: "g" });
    const ran: number[] = [];
    const executor = TaskExecutor.empty().register("any", ({ task }) => ran.push(Number(task.title)));
    for (let index = 0; index < 20_000; index++) graph.add(named(String(index)), { pool: "db" });
    await graph.run(executor, { clock: new VirtualClock(), pools: { db: 1 } });
    expect(ran).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
  });
});

describe("a pool that is not declared", () => {
  it.each<[string, RunOptions]>([
    ["no pools", {}],
    ["other pools", { pools: { net: 1 } }],
  ])("rejects a run with %s before anything runs, naming task, pool and the way out", async (_what, options) => {
    const graph = pooled("free1", "db1");
    const { executor, ran } = recordingExecutor();
    const error: unknown = await graph.run(executor, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({
      code: "unknown_pool",
      message: 'Task "db1" is in pool "db": say how many run in it at once, { pools: { "db": 1 } }',
    });
    expect([ran, graph.tasks.every((task) => task.isPending)]).toEqual([[], true]);
    await graph.run(executor, { clock: new VirtualClock(), pools: { db: 1 } });
    expect(graph.ok).toBe(true);
  });

  it("is not one that every object has", async () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("a"), { pool: "constructor" });
    await expect(graph.run(recordingExecutor().executor, { pools: {} })).rejects.toMatchObject({
      code: "unknown_pool",
    });
  });

  it("a pool without tasks is fine", async () => {
    const graph = pooled("free1");
    await graph.run(recordingExecutor().executor, { pools: { db: 1 } });
    expect(graph.ok).toBe(true);
  });

  it.each<[unknown, string]>([
    [{ db: 0 }, "Expected `pools.db` to be a whole number from 1, or Infinity, got `0` (number)"],
    [{ db: 1.5 }, "Expected `pools.db` to be a whole number from 1, or Infinity, got `1.5` (number)"],
    [{ db: -1 }, "got `-1` (number)"],
    [{ db: NaN }, "got `NaN` (number)"],
    [{ db: "1" }, "got `1` (string)"],
    [{ db: undefined }, "got `undefined`"],
    [[1], "Expected `pools` to be an object"],
    [3, "Expected `pools` to be an object, got `3` (number)"],
  ])("pools: %o reject with a TypeError and nothing runs", async (pools, message) => {
    const graph = pooled("free1");
    const { executor, ran } = recordingExecutor();
    const ended = graph.run(executor, { clock: new VirtualClock(), pools } as RunOptions);
    await expect(ended).rejects.toThrow(TypeError);
    await expect(ended).rejects.toThrow(message);
    expect(ran).toEqual([]);
  });

  it.each<[unknown, string]>([
    ["", "Expected `pool` to be a non-empty string, got ``"],
    [5, "Expected `pool` to be a non-empty string, got `5` (number)"],
  ])("pool: %o throws a TypeError and adds nothing", (pool, message) => {
    const graph = new TaskGraph({ title: "g" });
    const add = (): unknown => graph.add(named("a"), { pool: pool as string });
    expect(add).toThrow(TypeError);
    expect(add).toThrow(message);
    expect(graph.tasks).toEqual([]);
  });
});
