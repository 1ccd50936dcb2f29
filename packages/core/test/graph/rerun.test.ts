import { describe, expect, it } from "vitest";
import {
  DocumentStore,
  GraphError,
  InMemoryStore,
  Task,
  TaskExecutor,
  TaskGraph,
  type RerunOptions,
} from "@ttasks/core";
import { MapDriver, settle } from "@ttasks/testkit";
import { Gate } from "../executor/gate.ts";
import { named, recordingExecutor } from "./recording-executor.ts";

const states = (graph: TaskGraph): string => graph.tasks.map(({ title, status }) => `${title}:${status}`).join(" ");
const titles = (tasks: Iterable<Task>): string[] => Array.from(tasks, ({ title }) => title);

/** build, then test and lint, then deploy after test; the report is a finally task. Some fail the first time. */
function pipeline(failing: readonly string[] = []): {
  graph: TaskGraph;
  task: Readonly<Record<"build" | "test" | "lint" | "deploy" | "report", Task>>;
  executor: TaskExecutor;
  ran: string[];
} {
  const graph = new TaskGraph({ title: "pipeline" });
  const build = graph.add(named("build"));
  const test = graph.add(named("test"), { after: [build] });
  const lint = graph.add(named("lint"), { after: [build] });
  const deploy = graph.add(named("deploy"), { after: [test] });
  const report = graph.add(named("report"), { finally: true });
  const ran: string[] = [];
  const left = new Set(failing);
  const executor = TaskExecutor.empty().register("any", ({ task }) => {
    ran.push(task.title);
    if (left.delete(task.title)) throw new Error(`${task.title} broke`);
    return `${task.title} ${ran.length}`;
  });
  return { graph, task: { build, test, lint, deploy, report }, executor, ran };
}

/** So many that a busy machine is through with what it can do now. */
async function turns(): Promise<void> {
  for (let count = 0; count < 10; count++) await settle();
}

describe("graph.rerun", () => {
  it("of what failed runs that again and what was blocked, and keeps every other output", async () => {
    const { graph, task, executor, ran } = pipeline(["test"]);
    await graph.run(executor);
    expect(states(graph)).toBe("build:done test:failed lint:done deploy:pending report:done");
    const kept = [task.build.result, task.lint.result, task.report.result];
    ran.length = 0;
    expect(await graph.rerun(executor, { failed: true })).toBe(graph);
    expect(ran).toEqual(["test", "deploy"]);
    expect([graph.ok, titles(graph.succeeded).length]).toEqual([true, 5]);
    expect([task.build.result, task.lint.result, task.report.result]).toEqual(kept);
    expect(task.build.result).toBe(kept[0]);
  });

  it("is a new run that names the one before and what was reset", async () => {
    const { graph, task, executor } = pipeline(["test"]);
    await graph.run(executor);
    await graph.rerun(executor, { failed: true, concurrency: 1 });
    const [first, second] = graph.runs;
    expect(second).toMatchObject({
      trigger: "rerun",
      rerunOf: first?.id,
      status: "done",
      reset: { count: 1, taskIds: [task.test.id] },
      concurrency: 1,
    });
    expect(first).toMatchObject({ trigger: "run", status: "failed", counts: { failed: 1, blocked: 1 } });
  });

  it("gives a task a new attempt, keeps those before, and clears its result until then", async () => {
    const { graph, task, executor } = pipeline(["test"]);
    await graph.run(executor);
    let cleared: unknown = "not asked";
    executor.events.subscribe((event) => {
      if (event.type === "started" && event.task === task.test) cleared = task.test.result;
    });
    await graph.rerun(executor, { failed: true });
    expect(cleared).toBeUndefined();
    expect(task.test.attempts.map(({ number, status }) => [number, status])).toEqual([
      [1, "failed"],
      [2, "done"],
    ]);
    expect(task.build.attempts).toHaveLength(1);
  });

  it("of what failed takes cancelled tasks as well", async () => {
    const { graph, task, executor, ran } = pipeline();
    task.lint.cancel();
    await graph.run(executor);
    expect(ran).not.toContain("lint");
    await graph.rerun(executor, { failed: true });
    expect(task.lint.isDone).toBe(true);
  });

  it("from a task runs that one alone, also where it is done", async () => {
    const { graph, task, executor, ran } = pipeline();
    await graph.run(executor);
    ran.length = 0;
    await graph.rerun(executor, { from: task.test });
    expect(ran).toEqual(["test"]);
    expect(task.test.result?.output).toBe("test 1");
  });

  it("from a task and downstream runs what comes after it, directly or not, and the finally tasks", async () => {
    const { graph, task, executor, ran } = pipeline();
    await graph.run(executor);
    ran.length = 0;
    await graph.rerun(executor, { from: task.test, downstream: true });
    expect(ran).toEqual(["test", "deploy", "report"]);
    expect(graph.runs[1]?.reset).toEqual({
      count: 3,
      taskIds: [task.test.id, task.report.id, task.deploy.id],
    });
  });

  it("of what failed and downstream runs what comes after that as well, though it is done", async () => {
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("a"));
    const b = graph.add(named("b"), { after: [{ task: a, on: "done" }] });
    const c = graph.add(named("c"), { after: [b] });
    graph.add(named("d"));
    let failures = 1;
    const ran: string[] = [];
    const executor = TaskExecutor.empty().register("any", ({ task }) => {
      ran.push(task.title);
      if (task === a && failures-- > 0) throw new Error("a broke");
    });
    await graph.run(executor);
    expect([b.isDone, c.isDone]).toEqual([true, true]);
    ran.length = 0;
    await graph.rerun(executor, { failed: true, downstream: true });
    expect(ran).toEqual(["a", "b", "c"]);
  });

  it("from a finally task and downstream leaves the ordinary tasks alone", async () => {
    const { graph, task, executor, ran } = pipeline();
    graph.add(named("mail"), { finally: true, after: [task.report] });
    await graph.run(executor);
    ran.length = 0;
    await graph.rerun(executor, { from: task.report, downstream: true });
    expect(ran).toEqual(["report", "mail"]);
  });

  it("takes another object of the task's id for the task", async () => {
    const { graph, task, executor, ran } = pipeline();
    await graph.run(executor);
    ran.length = 0;
    await graph.rerun(executor, { from: Task.fromJSON(JSON.parse(JSON.stringify(task.lint))) });
    expect(ran).toEqual(["lint"]);
  });

  it("is stored: the tasks as they are reset with the graph and the run, the end with the end", async () => {
    const store = new DocumentStore(new MapDriver());
    const graph = new TaskGraph({ title: "g" });
    const a = graph.add(named("fail a"));
    const b = graph.add(named("b"));
    const { executor } = recordingExecutor({ store });
    await graph.run(executor);
    const seen: unknown[] = [];
    graph.events.subscribe(({ type }) => {
      if (type === "run_started")
        seen.push(store.tasks.get(a.id)?.status, store.runs.count(), store.tasks.get(b.id)?.status);
    });
    await graph.rerun(executor, { failed: true });
    expect(seen).toEqual(["pending", 2, "done"]);
    const read = store.graphs.get(graph.id);
    expect(read?.runs.map(({ trigger, rerunOf }) => [trigger, rerunOf])).toEqual([
      ["run", undefined],
      ["rerun", graph.runs[0]?.id],
    ]);
    expect(executor.persistenceErrors).toEqual([]);
    // A graph that was read runs again as well.
    await read?.rerun(executor, { from: read.tasks[1]! });
    expect(store.graphs.get(graph.id)?.runs).toHaveLength(3);
  });
});

describe("a rerun that is refused changes nothing", () => {
  it.each<[string, unknown, string]>([
    ["that says nothing", {}, "either { failed: true } or { from: task }"],
    ["without options", undefined, "options of graph.rerun"],
    ["that says both", { failed: true, from: named("x") }, "either { failed: true } or { from: task }"],
    ["of what did not fail", { failed: false }, "Expected `failed` to be true"],
    ["from something else", { from: "build" }, "Expected `from` to be a Task"],
    ["with a downstream that is no flag", { failed: true, downstream: 1 }, "downstream"],
    ["with an option that there is not", { failed: true, form: 1 }, "Unknown option `form` of graph.rerun"],
  ])("one %s", async (_, options, message) => {
    const { graph, executor } = pipeline(["test"]);
    await graph.run(executor);
    const before = states(graph);
    const failing = graph.rerun(executor, options as RerunOptions);
    await expect(failing).rejects.toThrow(TypeError);
    await expect(failing).rejects.toThrow(message);
    expect([states(graph), graph.runs.length]).toEqual([before, 1]);
  });

  const refused = async (graph: TaskGraph, executor: TaskExecutor, options: RerunOptions): Promise<string> => {
    const before = [states(graph), graph.runs.length];
    const error: unknown = await graph.rerun(executor, options).then(
      () => "not refused",
      (thrown: unknown) => thrown,
    );
    expect([states(graph), graph.runs.length]).toEqual(before);
    return error instanceof GraphError ? error.code : String(error);
  };

  it("one from a task that is not in the graph", async () => {
    const { graph, executor } = pipeline(["test"]);
    await graph.run(executor);
    expect(await refused(graph, executor, { from: named("elsewhere") })).toBe("unknown_task");
  });

  it("one while a run is going on", async () => {
    const { graph, task } = pipeline();
    const gate = new Gate();
    const executor = TaskExecutor.empty().register("any", () => gate.promise);
    const running = graph.run(executor);
    await turns();
    expect(await refused(graph, executor, { from: task.build })).toBe("graph_running");
    gate.open();
    await running;
    expect(graph.ok).toBe(true);
  });

  it("one of a task that something else is running", async () => {
    const { graph, task, executor } = pipeline(["test"]);
    await graph.run(executor);
    task.deploy.transitionTo("running");
    expect(await refused(graph, executor, { failed: true, downstream: true })).toBe("task_running");
    expect(task.test.isFailed).toBe(true);
  });

  it("one of a graph that cannot run any more", async () => {
    const { graph, task, executor } = pipeline(["test"]);
    await graph.run(executor);
    graph.add(named("late"), { after: [named("not in the graph")] });
    expect(await refused(graph, executor, { failed: true })).toBe("unknown_dependency");
    expect(task.test.error).toContain("test broke");
  });

  it("the record of a run in memory stays as it was", async () => {
    const store = new InMemoryStore();
    const { graph, executor } = pipeline();
    store.graphs.save(graph);
    expect(await refused(graph, executor, { from: named("elsewhere") })).toBe("unknown_task");
    expect(store.runs.size).toBe(0);
  });
});
