import { describe, expect, it } from "vitest";
import {
  GraphError,
  Task,
  TaskExecutor,
  TaskGraph,
  type AddOptions,
  type EdgeCondition,
  type GraphDependency,
} from "@ttasks/core";
import { settle as turn, VirtualClock } from "@ttasks/testkit";
import { Gate } from "../executor/gate.ts";
import { named, recordingExecutor } from "./recording-executor.ts";

const titles = (tasks: Iterable<Task>): string[] => Array.from(tasks, ({ title }) => title);
const states = (graph: TaskGraph): string => graph.tasks.map(({ title, status }) => `${title}:${status}`).join(" ");

/** A graph from lines as `c < a, b failure`: c after a's success and b's failure; `!c` is a finally task, `?c` an optional one. */
function graphOf(...lines: readonly string[]): { graph: TaskGraph; task: (title: string) => Task } {
  const graph = new TaskGraph({ title: "g" });
  const tasks = new Map<string, Task>();
  for (const line of lines) {
    const [left = "", right = ""] = line.split(" < ");
    const task = named(left.replace(/^[!?]+/, ""));
    tasks.set(task.title, task);
    const after = right
      .split(", ")
      .filter(Boolean)
      .map((text): Task | GraphDependency => {
        const [, title, on] = /^(.*?)(?: (success|failure|done))?$/.exec(text)!;
        const dependency = tasks.get(title!)!;
        return on === undefined ? dependency : { task: dependency, on: on as EdgeCondition };
      });
    graph.add(task, { after, finally: left.includes("!"), required: !left.includes("?") });
  }
  return { graph, task: (title) => tasks.get(title)! };
}

async function run(...lines: readonly string[]): Promise<{ graph: TaskGraph; ran: string[] }> {
  const { graph } = graphOf(...lines);
  const { executor, ran } = recordingExecutor();
  await graph.run(executor);
  return { graph, ran };
}

/** A graph whose first task has come to this ending, and is run again with what is added to it. */
async function afterEnding(ending: string): Promise<{ graph: TaskGraph; first: Task }> {
  const { graph, task } = graphOf("fail x", "cancel x", "done x", "blocked x < fail x", "skipped x < done x failure");
  await graph.run(recordingExecutor().executor);
  return { graph, first: task(`${ending} x`) };
}

describe("a dependency with a condition", () => {
  it("a task that was moved by hand is not skipped, whatever its condition", async () => {
    const { graph, task } = graphOf("done x", "moved x < done x failure");
    task("moved x").transitionTo("running");
    await graph.run(recordingExecutor().executor);
    expect(graph.skipped).toEqual([]);
    expect(graph.ok).toBe(false);
  });

  it.each<[EdgeCondition, string, "runs" | "is blocked" | "is skipped"]>([
    ["success", "done", "runs"],
    ["success", "fail", "is blocked"],
    ["success", "cancel", "is blocked"],
    ["success", "blocked", "is blocked"],
    ["success", "skipped", "is skipped"],
    ["failure", "done", "is skipped"],
    ["failure", "fail", "runs"],
    ["failure", "cancel", "is skipped"],
    ["failure", "blocked", "is skipped"],
    ["failure", "skipped", "is skipped"],
    ["done", "done", "runs"],
    ["done", "fail", "runs"],
    ["done", "cancel", "runs"],
    ["done", "blocked", "runs"],
    ["done", "skipped", "runs"],
  ])("on %s of a task that ends as %s: the dependent %s", async (on, ending, what) => {
    const { graph, first } = await afterEnding(ending);
    const dependent = graph.add(named("dependent"), { after: [{ task: first, on }] });
    await graph.run(recordingExecutor().executor);
    const seen = [dependent.isDone, graph.blocked.includes(dependent), graph.skipped.includes(dependent)];
    expect(seen).toEqual([what === "runs", what === "is blocked", what === "is skipped"]);
    if (what !== "runs") expect([dependent.status, dependent.result]).toEqual(["pending", undefined]);
  });

  it("a plain task in `after` means success", async () => {
    const { graph, task } = graphOf("a", "b < a", "c < a success");
    expect(graph.dependencies(task("b"))).toEqual(graph.dependencies(task("c")));
  });

  it("failure branches are graph: the clean-up runs after a failure, the announcement does not", async () => {
    const { graph, ran } = await run("fail deploy", "roll back < fail deploy failure", "announce < fail deploy");
    expect(ran).toEqual(["fail deploy", "roll back"]);
    expect([titles(graph.blocked), titles(graph.skipped)]).toEqual([["announce"], []]);
  });

  it("after a success the failure branch is skipped, with all that comes after its success", async () => {
    const { graph, ran } = await run("deploy", "roll back < deploy failure", "tell < roll back", "log < tell done");
    expect(ran).toEqual(["deploy", "log"]);
    expect([titles(graph.blocked), titles(graph.skipped)]).toEqual([[], ["roll back", "tell"]]);
    expect(states(graph)).toBe("deploy:done roll back:pending tell:pending log:done");
  });

  it("branches join again: `done` waits for both, whichever ran", async () => {
    for (const build of ["build", "fail build"]) {
      const { ran } = await run(build, `good < ${build}`, `bad < ${build} failure`, "join < good done, bad done");
      expect(ran).toEqual([build, build === "build" ? "good" : "bad", "join"]);
    }
  });

  it("a task that could not be executed is not a failure: what waits for one is skipped, what waits for any end runs", async () => {
    const graph = new TaskGraph({ title: "g" });
    const odd = graph.add(new Task({ type: "odd", payload: 1, title: "odd" }), { required: false });
    graph.add(named("on failure"), { after: [{ task: odd, on: "failure" }] });
    graph.add(named("on done"), { after: [{ task: odd, on: "done" }] });
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect([ran, titles(graph.skipped), graph.ok]).toEqual([["on done"], ["on failure"], true]);
  });

  it("the handler sees the tasks of all its edges, the failed ones too", async () => {
    const { graph } = graphOf("a", "fail b", "c < a, fail b failure");
    const { executor, contexts } = recordingExecutor();
    await graph.run(executor);
    expect(titles(contexts.get("c")!.upstream.values())).toEqual(["a", "fail b"]);
  });

  it("a chain of 20,000 skipped tasks needs no stack", async () => {
    const graph = new TaskGraph({ title: "g" });
    let last: Task = graph.add(named("a"));
    for (let index = 0; index < 20_000; index++)
      last = graph.add(named("t"), { after: [{ task: last, on: index === 0 ? "failure" : "success" }] });
    await graph.run(TaskExecutor.empty().register("any", () => 1));
    expect([graph.skipped.length, graph.ok]).toEqual([20_000, true]);
  });
});

describe("skipped or blocked", () => {
  it("a dependency that blocks wins over a condition that cannot come true, in whatever order they end", async () => {
    for (const gated of ["a", "fail b"]) {
      const gate = new Gate();
      const { graph, task } = graphOf("a", "fail b", "c < a failure, fail b");
      const executor = TaskExecutor.empty().register("any", async ({ task: { title } }) => {
        if (title === gated) await gate.promise;
        if (title.startsWith("fail")) throw new Error("boom");
      });
      const ended = graph.run(executor, { concurrency: 2, clock: new VirtualClock() });
      await turn();
      expect(graph.skipped).toEqual([]);
      gate.open();
      await ended;
      expect([graph.blocked, graph.skipped]).toEqual([[task("c")], []]);
    }
  });

  it("a task is skipped only when all that it comes after has ended", async () => {
    const gate = new Gate();
    const { graph } = graphOf("a", "slow", "c < a failure, slow", "d < c done");
    const ran: string[] = [];
    const executor = TaskExecutor.empty().register("any", async ({ task: { title } }) => {
      ran.push(title);
      if (title === "slow") await gate.promise;
    });
    const ended = graph.run(executor, { clock: new VirtualClock() });
    await turn();
    expect([titles(graph.skipped), ran]).toEqual([[], ["a", "slow"]]);
    gate.open();
    await ended;
    expect([titles(graph.skipped), ran]).toEqual([["c"], ["a", "slow", "d"]]);
  });

  it("a task that somebody ends while it waits counts as it ended", async () => {
    const { graph, task } = graphOf("a", "b", "c < a failure, b", "d < c", "e < c failure");
    const executor = TaskExecutor.empty().register("any", ({ task: { title } }) => {
      if (title !== "b") return;
      task("c").transitionTo("running");
      task("c").transitionTo("done");
    });
    await graph.run(executor);
    expect([states(graph), titles(graph.skipped)]).toEqual(["a:done b:done c:done d:done e:pending", ["e"]]);
  });
});

describe("ok with conditions", () => {
  it("a required task that is skipped is not missing", async () => {
    const { graph } = await run("deploy", "roll back < deploy failure");
    expect(graph.ok).toBe(true);
  });

  it("a failure whose failure branch succeeded is a failure all the same", async () => {
    const { graph } = await run("fail deploy", "roll back < fail deploy failure");
    expect([graph.ok, titles(graph.succeeded)]).toEqual([false, ["roll back"]]);
  });

  it("unless the task that failed is not required", async () => {
    const { graph } = await run("?fail cache", "build without < fail cache failure", "use < build without");
    expect(graph.ok).toBe(true);
  });

  it("a required task that is blocked, cancelled, failed or open makes it false beside skipped ones", async () => {
    const skipped = ["a", "b < a failure"];
    expect((await run(...skipped, "?fail c", "d < fail c")).graph.ok).toBe(false);
    expect((await run(...skipped, "cancel c")).graph.ok).toBe(false);
    expect((await run(...skipped, "fail c")).graph.ok).toBe(false);
    const { graph } = graphOf(...skipped);
    expect(graph.ok).toBe(false);
    await graph.run(recordingExecutor().executor);
    graph.add(named("open"));
    expect(graph.ok).toBe(false);
  });

  it("a graph that was loaded tells skipped and ok by its tasks, without a run", async () => {
    const { graph } = await run("a", "b < a failure", "c < b", "d < c done");
    const read = TaskGraph.fromJSON(graph.toJSON(), new Map(graph.tasks.map((task) => [task.id, task])));
    expect([read.ok, read.skipped]).toEqual([true, graph.skipped]);
  });

  it("views of a graph that cannot run tell what is known", () => {
    const { graph, task } = graphOf("a", "b < a failure", "c < b");
    task("a").transitionTo("running");
    task("a").transitionTo("done");
    const missing = named("missing");
    const round = named("round");
    graph.add(named("waits"), { after: [missing, { task: task("a"), on: "failure" }] });
    graph.add(named("circle"), { after: [{ task: round, on: "failure" }] });
    graph.add(round, { after: [graph.tasks.at(-1)!, { task: task("a"), on: "failure" }] });
    expect([graph.ok, titles(graph.skipped)]).toEqual([false, ["b", "c"]]);
  });
});

describe("finally tasks and failFast with conditions", () => {
  it("a finally task runs after a skipped one that it comes after", async () => {
    const { graph, ran } = await run("a", "b < a failure", "!report < b, a done");
    expect([ran, graph.ok]).toEqual([["a", "report"], true]);
  });

  it.each<EdgeCondition>(["success", "failure"])("a finally task with on %s is refused by add", (on) => {
    const { graph, task } = graphOf("a");
    const add = (): unknown => graph.add(named("report"), { after: [{ task: task("a"), on }], finally: true });
    expect(add).toThrow(GraphError);
    expect(add).toThrow(expect.objectContaining({ code: "edge_condition" }) as Error);
    expect(add).toThrow(`Task "report" comes after "a" on ${on}, a finally task runs whatever the ending`);
    expect(graph.tasks).toHaveLength(1);
  });

  it("a finally task comes after others on done, said or not", () => {
    const { graph, task } = graphOf("a", "!b < a, a done");
    expect(graph.dependencies(task("b"))).toEqual([{ task: task("a"), on: "done" }]);
    expect((graph.toJSON()["tasks"] as { after: unknown }[])[1]!.after).toEqual([task("a").id]);
  });

  it("with failFast the failure of a required task stops its failure branch too, as any ordinary task", async () => {
    const { graph } = graphOf("fail a", "b < fail a failure", "!report");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor, { failFast: true });
    expect([ran, titles(graph.skipped)]).toEqual([["fail a", "report"], []]);
    await graph.run(executor);
    expect(ran).toEqual(["fail a", "report", "b"]);
  });
});

describe("bad conditions", () => {
  it.each<[unknown, string]>([
    [{ task: "known", on: "error" }, "Expected `after.on` to be one of success, failure, done, got `error` (string)"],
    [{ task: "known", on: undefined }, "Expected `after.on` to be one of success, failure, done, got `undefined`"],
    [{ task: "known" }, "Expected `after.on` to be one of success, failure, done, got `undefined`"],
    [{ task: 5, on: "done" }, "Expected `after.task` to be a Task, got `5` (number)"],
    [{ on: "done" }, "Expected `after` to be a Task, got"],
    [null, "Expected `after` to be a Task, got `null`"],
  ])("after: [%o] throws a TypeError and adds nothing", (dependency, message) => {
    const { graph, task } = graphOf("known");
    const given = { ...(dependency as object) } as { task?: unknown };
    if (given.task === "known") given.task = task("known");
    const after = dependency === null ? [null] : [given];
    const add = (): unknown => graph.add(named("a"), { after } as unknown as AddOptions);
    expect(add).toThrow(TypeError);
    expect(add).toThrow(message);
    expect(graph.tasks).toHaveLength(1);
  });

  it("a dependency named with two conditions is refused, by titles, and adds nothing", () => {
    const { graph, task } = graphOf("build");
    const add = (): unknown =>
      graph.add(named("tell"), { after: [task("build"), { task: task("build"), on: "failure" }] });
    expect(add).toThrow(GraphError);
    expect(add).toThrow(expect.objectContaining({ code: "edge_condition" }) as Error);
    expect(add).toThrow('Task "tell" comes after "build" on failure, and on success: name it once');
    expect(graph.tasks).toHaveLength(1);
  });

  it("a dependency named twice with one condition counts once", () => {
    const { graph, task } = graphOf("a", "b < a failure, a failure", "c < a, a success");
    expect(graph.dependencies(task("b"))).toEqual([{ task: task("a"), on: "failure" }]);
    expect(graph.dependencies(task("c"))).toEqual([{ task: task("a"), on: "success" }]);
  });
});

describe("graph.dependencies", () => {
  it("lists what a task comes after, with the condition of each, in the order in which they were named", () => {
    const { graph, task } = graphOf("a", "b", "c", "d < c done, a, b failure");
    expect(graph.dependencies(task("d"))).toEqual([
      { task: task("c"), on: "done" },
      { task: task("a"), on: "success" },
      { task: task("b"), on: "failure" },
    ]);
    expect(graph.dependencies(task("a"))).toEqual([]);
  });

  it("leaves out what is not in the graph yet, and gives the graph's own task once it is", () => {
    const graph = new TaskGraph({ title: "g" });
    const later = named("later");
    const first = graph.add(named("first"), { after: [{ task: later, on: "done" }] });
    expect(graph.dependencies(first)).toEqual([]);
    graph.add(later);
    expect(graph.dependencies(first)).toEqual([{ task: later, on: "done" }]);
  });

  it("throws for a task that is not in the graph, and for something else", () => {
    const { graph } = graphOf("a");
    const other = named("other");
    graph.add(named("b"), { after: [other] });
    for (const stranger of [other, named("stranger")])
      expect(() => graph.dependencies(stranger)).toThrow(
        expect.objectContaining({ name: "GraphError", code: "unknown_task" }) as Error,
      );
    expect(() => graph.dependencies(other)).toThrow(`Task "other" (${other.id}) is not in graph "g"`);
    expect(() => graph.dependencies("b" as unknown as Task)).toThrow(TypeError);
  });
});

describe("the stored form of conditions, pools and priorities", () => {
  it("holds them only where they are given", () => {
    const { graph, task } = graphOf("a", "b < a", "c < a failure, b done");
    graph.add(named("d"), { pool: "db", priority: 2 });
    graph.add(named("e"), { priority: 0 });
    const entry = { finally: false, required: true };
    expect(graph.toJSON()["tasks"]).toStrictEqual([
      { id: task("a").id, after: [], ...entry },
      { id: task("b").id, after: [task("a").id], ...entry },
      {
        id: task("c").id,
        after: [
          { id: task("a").id, on: "failure" },
          { id: task("b").id, on: "done" },
        ],
        ...entry,
      },
      { id: graph.tasks[3]!.id, after: [], ...entry, pool: "db", priority: 2 },
      { id: graph.tasks[4]!.id, after: [], ...entry },
    ]);
  });

  it("is read back as it was, also where a dependency is not in the graph", async () => {
    const graph = new TaskGraph({ title: "g" });
    const [missing, late] = [named("missing"), named("late")];
    graph.add(late, { after: [{ task: missing, on: "failure" }], pool: "db", priority: -1.5 });
    const read = TaskGraph.fromJSON(graph.toJSON(), new Map([[late.id, late]]));
    expect(read.toJSON()).toStrictEqual(graph.toJSON());
    read.add(missing);
    expect(read.dependencies(late)).toEqual([{ task: missing, on: "failure" }]);
    await read.run(recordingExecutor().executor, { pools: { db: 1 } });
    expect(read.skipped).toEqual([late]);
  });

  it("a document of version 1 is read", () => {
    const a = named("a");
    const entry = { id: a.id, after: [], finally: false, required: true };
    const read = TaskGraph.fromJSON(
      { version: 1, id: "g", revision: 0, title: "g", tasks: [entry] },
      new Map([[a.id, a]]),
    );
    expect(read.tasks).toEqual([a]);
    expect(read.toJSON()["version"]).toBe(3);
  });

  it.each<[object, string]>([
    [{ after: [{ id: "a", on: "error" }] }, "`tasks[].after[].on` to be one of success, failure, done"],
    [{ after: [{ id: 5, on: "done" }] }, "`tasks[].after[].id`"],
    [{ after: ["b", { id: "b", on: "done" }] }, 'comes after "b" on done, and on success'],
    [{ after: [{ id: "b", on: "failure" }], finally: true }, "a finally task runs whatever"],
    [{ pool: "" }, "`tasks[].pool` to be a non-empty string"],
    [{ priority: "high" }, "`tasks[].priority` to be a finite number"],
  ])("an entry with %j is refused by name", (fields, message) => {
    const entry = { id: "a", after: [], finally: false, required: true, ...fields };
    const read = (): unknown =>
      TaskGraph.fromJSON(
        { version: 2, id: "g", revision: 0, title: "g", tasks: [entry] },
        new Map([["a", named("a")]]),
      );
    expect(read).toThrow(expect.objectContaining({ name: "StoreError", code: "bad_document" }) as Error);
    expect(read).toThrow(message);
  });
});
