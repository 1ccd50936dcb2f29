import { describe, expect, it } from "vitest";
import { TaskExecutor, TaskGraph, type AddOptions } from "@ttasks/core";
import { named, recordingExecutor } from "./recording-executor.ts";

/** A graph of tasks by their titles and options. */
function graphOf(tasks: Readonly<Record<string, AddOptions>>): TaskGraph {
  const graph = new TaskGraph({ title: "g" });
  for (const [title, options] of Object.entries(tasks)) graph.add(named(title), options);
  return graph;
}

async function orderOf(graph: TaskGraph, pools: Record<string, number> = {}): Promise<string> {
  const { executor, ran } = recordingExecutor();
  await graph.run(executor, { concurrency: 1, pools });
  return ran.join(" ");
}

describe("priority", () => {
  it("of the tasks that may start, the one with the highest priority starts first", async () => {
    const graph = graphOf({ low: { priority: -1 }, usual: {}, high: { priority: 1.5 }, top: { priority: 100 } });
    expect(await orderOf(graph)).toBe("top high usual low");
  });

  it("ties start in the order in which they became ready", async () => {
    const graph = graphOf({ a: { priority: 1 }, b: {}, c: { priority: 1 }, d: {}, e: { priority: 1 } });
    expect(await orderOf(graph)).toBe("a c e b d");
  });

  it("0 is the default", async () => {
    const graph = graphOf({ a: {}, b: { priority: 0 }, c: { priority: 1 }, d: {} });
    expect(await orderOf(graph)).toBe("c a b d");
  });

  it("a task that becomes ready goes ahead of those of lower priority that wait", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"), { priority: 1 });
    graph.add(named("b"));
    graph.add(named("c"), { after: [a], priority: 2 });
    graph.add(named("d"));
    expect(await orderOf(graph)).toBe("a c b d");
  });

  it("it does not stop what runs, nor start what has to wait for others", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"), { priority: -5 });
    graph.add(named("b"), { after: [a], priority: 100 });
    graph.add(named("c"));
    expect(await orderOf(graph)).toBe("c a b");
  });

  it("finally tasks have priorities among themselves", async () => {
    const graph = graphOf({
      x: { finally: true },
      y: { finally: true, priority: 9 },
      a: { priority: -1 },
      b: {},
    });
    expect(await orderOf(graph)).toBe("b a y x");
  });

  it("in a full pool the one with the highest priority gets the room, also one that became ready later", async () => {
    const graph = new TaskGraph({ title: "g" });
    const first = graph.add(named("first"), { pool: "db", priority: 5 });
    graph.add(named("low"), { pool: "db", priority: 1 });
    graph.add(named("lower"), { pool: "db" });
    graph.add(named("high"), { pool: "db", after: [first], priority: 3 });
    const { executor, ran } = recordingExecutor();
    await graph.run(executor, { concurrency: 2, pools: { db: 1 } });
    expect(ran).toEqual(["first", "high", "low", "lower"]);
  });

  it("a full pool does not hold back a task of lower priority outside of it", async () => {
    const started: string[] = [];
    const graph = graphOf({ a: { pool: "db", priority: 9 }, b: { pool: "db", priority: 8 }, c: { priority: 1 } });
    const executor = TaskExecutor.empty().register("any", async ({ task: { title } }) => {
      started.push(title);
      await Promise.resolve();
    });
    await graph.run(executor, { concurrency: 2, pools: { db: 1 } });
    expect(started).toEqual(["a", "c", "b"]);
  });

  it("20,000 tasks start by their priorities, whatever these are", async () => {
    const priorities = Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 1_000);
    const graph = new TaskGraph({ title: "g" });
    priorities.forEach((priority, index) => graph.add(named(String(index)), { priority }));
    const ran: number[] = [];
    const executor = TaskExecutor.empty().register("any", ({ task }) => ran.push(Number(task.title)));
    await graph.run(executor, { concurrency: 1 });
    const byPriority = [...priorities.keys()].sort((a, b) => priorities[b]! - priorities[a]! || a - b);
    expect(ran).toEqual(byPriority);
  });

  it.each<[unknown, string]>([
    [Infinity, "Expected `priority` to be a finite number, got `Infinity` (number)"],
    [NaN, "Expected `priority` to be a finite number, got `NaN` (number)"],
    ["high", "Expected `priority` to be a finite number, got `high` (string)"],
  ])("priority: %o throws a TypeError and adds nothing", (priority, message) => {
    const graph = new TaskGraph({ title: "g" });
    const add = (): unknown => graph.add(named("a"), { priority: priority as number });
    expect(add).toThrow(TypeError);
    expect(add).toThrow(message);
    expect(graph.tasks).toEqual([]);
  });
});
