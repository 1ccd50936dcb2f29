import { describe, expect, it } from "vitest";
import {
  GraphError,
  Task,
  TaskExecutor,
  TaskGraph,
  type AddOptions,
  type GraphOptions,
  type RunOptions,
} from "@ttasks/core";
import { named, recordingExecutor } from "./recording-executor.ts";

const titles = (tasks: readonly Task[]): string[] => tasks.map(({ title }) => title);

function tryRun(graph: TaskGraph): Promise<unknown> {
  return graph.run(recordingExecutor().executor).catch((error: unknown) => error);
}

describe("making a graph", () => {
  it("has a title and a unique id, or the one that is given", () => {
    const [one, other] = [new TaskGraph({ title: "build" }), new TaskGraph({ title: "build" })];
    expect([one.title, one.tasks, one.ok]).toEqual(["build", [], true]);
    expect(one.id).not.toBe(other.id);
    expect(new TaskGraph({ title: "", id: "g1" }).id).toBe("g1");
  });

  it.each<[unknown, string]>([
    [undefined, "Expected `options of a graph` to be an object, got"],
    ["build", "Expected `options of a graph` to be an object, got `build` (string)"],
    [{}, "Expected `title` to be a string, got"],
    [{ title: 5 }, "Expected `title` to be a string, got `5` (number)"],
    [{ title: "t", id: "" }, "Expected `id` to be a non-empty string"],
    [{ title: "t", name: "n" }, "Unknown option `name` of a graph; it takes title, id"],
  ])("options %o throw a TypeError", (options, message) => {
    expect(() => new TaskGraph(options as GraphOptions)).toThrow(TypeError);
    expect(() => new TaskGraph(options as GraphOptions)).toThrow(message);
  });

  it("its id and title do not change", () => {
    const graph = new TaskGraph({ title: "build", id: "g1" });
    expect(() => ((graph as { id: string }).id = "g2")).toThrow(TypeError);
    expect(() => ((graph as { title: string }).title = "other")).toThrow(TypeError);
    expect([graph.id, graph.title]).toEqual(["g1", "build"]);
  });
});

describe("adding tasks", () => {
  it("add gives back the task", () => {
    const graph = new TaskGraph({ title: "g" });
    const task = named("a");
    expect(graph.add(task)).toBe(task);
    expect(graph.tasks).toEqual([task]);
  });

  it("tasks are listed in the order in which they were added, as a list of the caller's own", () => {
    const graph = new TaskGraph({ title: "g" });
    for (const title of ["b", "a", "c"]) graph.add(named(title));
    (graph.tasks as Task[]).pop();
    expect(titles(graph.tasks)).toEqual(["b", "a", "c"]);
  });

  it("a dependency that is named twice counts once", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    graph.add(named("b"), { after: [a, a, a] });
    const { executor, contexts } = recordingExecutor();
    await graph.run(executor);
    expect(contexts.get("b")?.upstream.size).toBe(1);
    expect(graph.toJSON()["tasks"]).toMatchObject([{ after: [] }, { after: [a.id] }]);
  });

  it("dependencies may come from any iterable", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    const b = graph.add(named("b"), { after: new Set([a]) });
    graph.add(named("c"), {
      after: (function* () {
        yield b;
      })(),
    });
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect(ran).toEqual(["a", "b", "c"]);
  });

  it("a task may be added before those that it comes after", async () => {
    const graph = new TaskGraph({ title: "g" });
    const [build, test] = [named("build"), named("test")];
    graph.add(test, { after: [build] });
    graph.add(build);
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect(ran).toEqual(["build", "test"]);
  });

  it("a task that is added twice throws a GraphError and changes nothing", () => {
    const graph = new TaskGraph({ title: "g" });
    const task = graph.add(named("build"), { required: false });
    const add = () => graph.add(task);
    expect(add).toThrow(GraphError);
    expect(add).toThrow('Cannot add task "build" to graph "g": its id');
    expect(add).toThrow(expect.objectContaining({ code: "duplicate_task" }) as Error);
    expect(graph.tasks).toEqual([task]);
    expect(graph.ok).toBe(true);
  });

  it("an id that is taken throws a GraphError that names both tasks and changes nothing", () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(new Task({ type: "any", payload: 1, title: "one", id: "same" }));
    const add = () => graph.add(new Task({ type: "any", payload: 1, title: "other", id: "same" }));
    expect(add).toThrow('Cannot add task "other" to graph "g": its id same is taken by "one"');
    expect(titles(graph.tasks)).toEqual(["one"]);
  });

  it("ids that are names of object properties are plain ids", async () => {
    const graph = new TaskGraph({ title: "g" });
    const proto = graph.add(new Task({ type: "any", payload: 1, title: "a", id: "__proto__" }));
    graph.add(new Task({ type: "any", payload: 1, title: "b", id: "constructor" }), { after: [proto] });
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect(ran).toEqual(["a", "b"]);
  });

  it.each<[string, unknown, unknown, string]>([
    ["something that is not a task", {}, {}, "Expected `task` to be a Task, got"],
    ["an id", "id", {}, "Expected `task` to be a Task, got `id` (string)"],
    ["nothing", undefined, {}, "Expected `task` to be a Task, got"],
    ["a stored task", named("x").toJSON(), {}, "Expected `task` to be a Task, got"],
    [
      "an unknown option",
      "task",
      { finally_: true },
      "Unknown option `finally_` of graph.add; it takes after, finally, required",
    ],
    ["options that are null", "task", null, "Expected `options of graph.add` to be an object, got"],
    ["a dependency that is an id", "task", { after: ["id"] }, "Expected `after` to be a Task, got `id` (string)"],
    ["a dependency without an array", "task", { after: named("x") }, "not iterable"],
    ["an after that is a string", "task", { after: "id" }, "Expected `after` to be a Task, got"],
  ])("adding %s throws a TypeError and changes nothing", (_what, given, options, message) => {
    const graph = new TaskGraph({ title: "g" });
    const add = () => graph.add((given === "task" ? named("a") : given) as Task, options as AddOptions);
    expect(add).toThrow(TypeError);
    expect(add).toThrow(message);
    expect(graph.tasks).toEqual([]);
  });

  it("an iterable that throws half-way adds nothing", () => {
    const graph = new TaskGraph({ title: "g" });
    const after = (function* (): Generator<Task> {
      yield named("x");
      throw new Error("half-way");
    })();
    expect(() => graph.add(named("a"), { after })).toThrow("half-way");
    expect(graph.tasks).toEqual([]);
  });

  it("nothing is added while the graph runs", async () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("a"));
    let error: unknown;
    const executor = TaskExecutor.empty().register("any", () => {
      try {
        graph.add(named("b"));
      } catch (thrown) {
        error = thrown;
      }
    });
    await graph.run(executor);
    expect(error).toMatchObject({
      code: "graph_running",
      message: 'Graph "g" is running: wait until that run has ended',
    });
    expect(titles(graph.tasks)).toEqual(["a"]);
    graph.add(named("b"));
    expect(titles(graph.tasks)).toEqual(["a", "b"]);
  });
});

describe("roots and leaves", () => {
  it("roots come after none, and none comes after leaves", () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    const b = graph.add(named("b"), { after: [a] });
    graph.add(named("c"), { after: [a, b] });
    graph.add(named("alone"));
    expect(titles(graph.roots())).toEqual(["a", "alone"]);
    expect(titles(graph.leaves())).toEqual(["c", "alone"]);
  });
});

describe("a graph that cannot run", () => {
  it("because a dependency is not in it: the error names both tasks and nothing runs", async () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("first"));
    const missing = named("missing");
    graph.add(named("test"), { after: [missing] });
    const { executor, ran } = recordingExecutor();
    const error: unknown = await graph.run(executor).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({
      code: "unknown_dependency",
      message: expect.stringMatching(/^Task "test" .* "missing" .*not in the graph/) as string,
    });
    expect([ran, graph.errors.size, titles(graph.blocked)]).toEqual([[], 0, []]);
    graph.add(missing);
    await graph.run(executor);
    expect(ran).toEqual(["first", "missing", "test"]);
  });

  it("a cycle is named by the titles along it", async () => {
    const graph = new TaskGraph({ title: "g" });
    const [a, b, c] = [named("a"), named("b"), named("c")];
    graph.add(named("outside"));
    graph.add(a, { after: [c] });
    graph.add(b, { after: [a] });
    graph.add(c, { after: [b] });
    graph.add(named("below"), { after: [c] });
    const { executor, ran } = recordingExecutor();
    const error = (await graph.run(executor).catch((thrown: unknown) => thrown)) as GraphError;
    expect([error.code, ran]).toEqual(["cycle", []]);
    const [intro, path] = error.message.split(": ");
    expect(intro).toBe("The graph has a cycle");
    const along = path!.split(" → ").map((title) => title.replaceAll('"', ""));
    expect(along).toHaveLength(4);
    expect(along[0]).toBe(along[3]);
    expect(["abca", "bcab", "cabc"]).toContain(along.join(""));
  });

  it("a task after itself is a cycle of one", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = named("a");
    graph.add(a, { after: [a] });
    expect(await tryRun(graph)).toMatchObject({ code: "cycle", message: 'The graph has a cycle: "a" → "a"' });
    expect(a.status).toBe("pending");
  });

  it("a cycle among finally tasks is found before anything runs", async () => {
    const graph = new TaskGraph({ title: "g" });
    const [a, x, y] = [named("a"), named("x"), named("y")];
    graph.add(a);
    graph.add(x, { after: [y], finally: true });
    graph.add(y, { after: [x], finally: true });
    expect(await tryRun(graph)).toMatchObject({ code: "cycle" });
    expect(a.status).toBe("pending");
  });

  it("a long cycle is told by its ends", async () => {
    const graph = new TaskGraph({ title: "g" });
    const tasks = Array.from({ length: 50_000 }, (_, index) => named(`t${index}`));
    tasks.forEach((task, index) => graph.add(task, { after: [tasks.at(index - 1)!] }));
    const { message } = (await tryRun(graph)) as Error;
    expect(message).toContain("50000 tasks");
    expect(message.length).toBeLessThan(500);
  });

  it("because an ordinary task comes after a finally one", async () => {
    const graph = new TaskGraph({ title: "g" });
    const report = graph.add(named("report"), { finally: true });
    const deploy = graph.add(named("deploy"), { after: [report] });
    expect(await tryRun(graph)).toMatchObject({
      code: "finally_order",
      message: expect.stringMatching(/^Task "deploy" .*"report"/) as string,
    });
    expect([report.status, deploy.status]).toEqual(["pending", "pending"]);
  });

  it("because it is running already: the second run rejects and the first goes on", async () => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("a"));
    const { executor, ran } = recordingExecutor();
    const first = graph.run(executor);
    await expect(graph.run(executor)).rejects.toMatchObject({ code: "graph_running" });
    await first;
    expect(ran).toEqual(["a"]);
  });

  it.each<[unknown, string]>([
    [{ concurrency: 0 }, "Expected `concurrency` to be a whole number from 1, or Infinity, got `0` (number)"],
    [{ concurrency: -1 }, "got `-1` (number)"],
    [{ concurrency: 1.5 }, "got `1.5` (number)"],
    [{ concurrency: NaN }, "got `NaN` (number)"],
    [{ concurrency: "2" }, "got `2` (string)"],
    [{ signal: {} }, "Expected `signal` to be an AbortSignal, got"],
    [{ signal: { aborted: true } }, "Expected `signal` to be an AbortSignal, got"],
    [{ parallel: 2 }, "Unknown option `parallel` of graph.run; it takes concurrency, pools, signal, failFast, clock"],
    [null, "Expected `options of graph.run` to be an object, got"],
  ])("options %o reject with a TypeError and nothing runs", async (options, message) => {
    const graph = new TaskGraph({ title: "g" });
    graph.add(named("a"));
    const { executor, ran } = recordingExecutor();
    const ended = graph.run(executor, options as RunOptions);
    await expect(ended).rejects.toThrow(TypeError);
    await expect(ended).rejects.toThrow(message);
    expect(ran).toEqual([]);
    await graph.run(executor);
    expect(ran).toEqual(["a"]);
  });

  it.each([undefined, null])("run(%o) rejects with a TypeError and changes nothing", async (runner) => {
    const graph = new TaskGraph({ title: "g" });
    const task = graph.add(named("a"));
    await expect(graph.run(runner as unknown as TaskExecutor)).rejects.toThrow(TypeError);
    expect(task.status).toBe("pending");
  });
});
