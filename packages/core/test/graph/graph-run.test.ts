import { describe, expect, it } from "vitest";
import {
  InMemoryStore,
  NoHandlerError,
  Task,
  TaskCancelledError,
  TaskExecutionError,
  TaskExecutor,
  TaskGraph,
  type GraphRunner,
  type TaskRunner,
} from "@ttasks/core";
import { Gate } from "../executor/gate.ts";
import { settle as turn, VirtualClock } from "@ttasks/testkit";
import { named, recordingExecutor } from "./recording-executor.ts";

const titles = (tasks: Iterable<Task>): string[] => Array.from(tasks, ({ title }) => title);
const states = (graph: TaskGraph): string => graph.tasks.map(({ title, status }) => `${title}:${status}`).join(" ");

/** A graph from lines as `c < a b`: c after a and b; `!c` is a finally task, `?c` an optional one. */
function graphOf(...lines: readonly string[]): { graph: TaskGraph; task: (title: string) => Task } {
  const graph = new TaskGraph({ title: "g" });
  const tasks = new Map<string, Task>();
  for (const line of lines) {
    const [left = "", right = ""] = line.split(" < ");
    const title = left.replace(/^[!?]+/, "");
    const task = named(title);
    tasks.set(title, task);
    const after = right
      .split(", ")
      .filter(Boolean)
      .map((dependency) => tasks.get(dependency)!);
    graph.add(task, { after, finally: left.includes("!"), required: !left.includes("?") });
  }
  return { graph, task: (title) => tasks.get(title)! };
}

describe("the order of a run", () => {
  it("each task runs when those that it comes after are done", async () => {
    const { graph, task } = graphOf("build", "test < build", "package < test");
    const { executor, ran } = recordingExecutor();
    expect(await graph.run(executor)).toBe(graph);
    expect(graph.ok).toBe(true);
    expect(graph.succeeded).toEqual([task("build"), task("test"), task("package")]);
    expect(ran).toEqual(["build", "test", "package"]);
    expect([graph.failed, graph.cancelled, graph.blocked, [...graph.errors]]).toEqual([[], [], [], []]);
  });

  it("a task with several dependencies waits for all of them", async () => {
    const { graph } = graphOf("a", "b", "c < a", "d < b, c", "e < a, d");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    for (const [before, after] of ["ac", "bd", "cd", "ae", "de"])
      expect(ran.indexOf(before!)).toBeLessThan(ran.indexOf(after!));
    expect(ran).toHaveLength(5);
  });

  it("independent tasks run at once, at most `concurrency` of them", async () => {
    let running = 0;
    const seen: number[] = [];
    const executor = TaskExecutor.empty().register("any", async () => {
      seen.push(++running);
      await turn();
      running--;
    });
    for (const concurrency of [1, 3, Infinity]) {
      seen.length = 0;
      const { graph } = graphOf(...Array.from({ length: 12 }, (_, index) => `t${index}`));
      await graph.run(executor, { concurrency });
      expect([seen.length, Math.max(...seen)]).toEqual([12, Math.min(concurrency, 12)]);
    }
  });

  it("the default concurrency is the available parallelism, at least 2", async () => {
    const { availableParallelism } = await import("node:os");
    let running = 0;
    let most = 0;
    const executor = TaskExecutor.empty().register("any", async () => {
      most = Math.max(most, ++running);
      await turn();
      running--;
    });
    const { graph } = graphOf(...Array.from({ length: 300 }, (_, index) => `t${index}`));
    await graph.run(executor);
    expect(most).toBe(Math.max(2, availableParallelism()));
  });

  it("with concurrency 1 ready tasks start in the order in which they were added", async () => {
    const { graph } = graphOf("c", "a", "b");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor, { concurrency: 1 });
    expect(ran).toEqual(["c", "a", "b"]);
  });

  it("an empty graph runs and is ok", async () => {
    const graph = new TaskGraph({ title: "g" });
    await graph.run(recordingExecutor().executor);
    expect(graph.ok).toBe(true);
  });

  it("a chain of 20,000 tasks runs without a stack overflow", async () => {
    const graph = new TaskGraph({ title: "g" });
    let last: Task | undefined;
    for (let index = 0; index < 20_000; index++) last = graph.add(named("t"), { after: last ? [last] : [] });
    const executor = TaskExecutor.empty().register("any", () => 1);
    await graph.run(executor);
    expect(graph.ok).toBe(true);
  });

  it("handlers that never wait do not keep a timer from firing", async () => {
    const graph = new TaskGraph({ title: "g" });
    for (let index = 0; index < 20_000; index++) graph.add(named("t"));
    let ticks = 0;
    const interval = setInterval(() => ticks++, 1);
    await graph.run(TaskExecutor.empty().register("any", () => 1));
    clearInterval(interval);
    expect(ticks).toBeGreaterThan(2);
  });

  it("any object with execute can run a graph, also one that throws at once", async () => {
    const { graph } = graphOf("a", "b < a", "fail c", "d < fail c");
    const runner: TaskRunner = {
      execute: (task) => {
        if (task.title.startsWith("fail")) throw new Error("at once");
        task.transitionTo("running");
        task.transitionTo("done");
        return Promise.resolve(undefined as never);
      },
    };
    await graph.run(runner);
    expect(states(graph)).toBe("a:done b:done fail c:pending d:pending");
    expect([...graph.errors.values()].map(({ message }) => message)).toEqual(["at once"]);
    expect(titles(graph.blocked)).toEqual(["d"]);
  });

  it("a runner whose saveGraph throws makes the run reject before any task, and the graph can run again", async () => {
    const { graph } = graphOf("a");
    const { executor, ran } = recordingExecutor();
    const runner: GraphRunner = {
      execute: (task, options) => executor.execute(task, options),
      saveGraph: () => Promise.reject(new Error("no store")),
    };
    await expect(graph.run(runner)).rejects.toThrow("no store");
    expect(ran).toEqual([]);
    await graph.run(executor);
    expect(ran).toEqual(["a"]);
  });
});

describe("what a handler sees of the graph", () => {
  it("context.upstream holds the direct dependencies, live and ended, by id", async () => {
    const { graph, task } = graphOf("build", "test < build", "package < test");
    const { executor, contexts } = recordingExecutor();
    await graph.run(executor);
    const upstream = contexts.get("test")?.upstream;
    expect(upstream?.get(task("build").id)).toBe(task("build"));
    expect(upstream?.get(task("build").id)?.result?.output).toBe("build ran");
    expect([...(contexts.get("package")?.upstream.values() ?? [])]).toEqual([task("test")]);
    expect(contexts.get("build")?.upstream.size).toBe(0);
  });

  it("only direct dependencies are there: an ancestor must be named itself", async () => {
    const { graph, task } = graphOf("a", "b < a", "c < b", "d < b, a");
    const { executor, contexts } = recordingExecutor();
    await graph.run(executor);
    expect(contexts.get("c")?.upstream.has(task("a").id)).toBe(false);
    expect(titles(contexts.get("d")?.upstream.values() ?? [])).toEqual(["b", "a"]);
  });

  it("the refs come from the graph, also where `after` named another object of the same id", async () => {
    const graph = new TaskGraph({ title: "g" });
    const build = graph.add(new Task({ type: "any", payload: 1, title: "build", id: "b" }));
    graph.add(named("test"), { after: [new Task({ type: "any", payload: 1, title: "build's twin", id: "b" })] });
    const { executor, contexts } = recordingExecutor();
    await graph.run(executor);
    expect(contexts.get("test")?.upstream.get("b")).toBe(build);
  });

  it("a handler makes its output from its parent's", async () => {
    const graph = new TaskGraph({ title: "g" });
    const build = graph.add(Task.bash("echo build"));
    const shout = graph.add(new Task({ type: "shout", payload: 1 }), { after: [build] });
    const executor = TaskExecutor.empty()
      .register("bash", () => "build")
      .register("shout", ({ upstream }) => String(upstream.get(build.id)?.result?.output).toUpperCase());
    await graph.run(executor);
    expect(shout.result?.output).toBe("BUILD");
  });
});

describe("tasks that do not succeed", () => {
  it("a failed dependency blocks its dependents, direct and not, and others go on", async () => {
    const { graph } = graphOf("fail a", "b < fail a", "c < b", "d", "e < d");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect(states(graph)).toBe("fail a:failed b:pending c:pending d:done e:done");
    expect([titles(graph.failed), titles(graph.blocked), titles(graph.succeeded)]).toEqual([
      ["fail a"],
      ["b", "c"],
      ["d", "e"],
    ]);
    expect([graph.ok, ran.sort()]).toEqual([false, ["d", "e", "fail a"]]);
  });

  it("a cancelled dependency blocks its dependents", async () => {
    const { graph } = graphOf("cancel a", "b < cancel a");
    await graph.run(recordingExecutor().executor);
    expect([titles(graph.cancelled), titles(graph.blocked), titles(graph.failed), graph.ok]).toEqual([
      ["cancel a"],
      ["b"],
      [],
      false,
    ]);
  });

  it("one dependency of several is enough to block, and a task is blocked once", async () => {
    const { graph } = graphOf("a", "fail b", "fail c", "d < a, fail b, fail c", "e < d, fail b");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect([titles(graph.blocked), ran.includes("d"), ran.includes("e")]).toEqual([["d", "e"], false, false]);
  });

  it("a blocked task stays pending without a result", async () => {
    const { graph, task } = graphOf("fail a", "b < fail a");
    await graph.run(recordingExecutor().executor);
    expect([task("b").status, task("b").result]).toEqual(["pending", undefined]);
  });

  it("run does not reject because a task failed, and errors hold what execute threw, by id", async () => {
    const { graph, task } = graphOf("fail a", "cancel b", "c");
    await graph.run(recordingExecutor().executor);
    expect([...graph.errors.keys()].sort()).toEqual([task("fail a").id, task("cancel b").id].sort());
    expect(graph.errors.get(task("fail a").id)).toBeInstanceOf(TaskExecutionError);
    expect(graph.errors.get(task("cancel b").id)).toBeInstanceOf(TaskCancelledError);
  });

  it("an unregistered type is an error of the run: the task stays pending, its dependents are blocked", async () => {
    const graph = new TaskGraph({ title: "g" });
    const odd = graph.add(new Task({ type: "odd", payload: 1, title: "odd" }));
    graph.add(named("b"), { after: [odd] });
    graph.add(named("c"));
    await graph.run(recordingExecutor().executor);
    expect(graph.errors.get(odd.id)).toBeInstanceOf(NoHandlerError);
    expect([odd.status, odd.result, states(graph), titles(graph.blocked)]).toEqual([
      "pending",
      undefined,
      "odd:pending b:pending c:done",
      ["b"],
    ]);
    expect([graph.ok, graph.failed]).toEqual([false, []]);
  });

  it("a closed executor is an error of each task, and the run resolves", async () => {
    const { graph } = graphOf("a", "b < a", "!c < b");
    const { executor, ran } = recordingExecutor();
    await executor.close();
    await graph.run(executor);
    expect([ran, [...graph.errors.values()].map((error) => (error as { code?: string }).code)]).toEqual([
      [],
      ["executor_closed", "executor_closed"],
    ]);
    expect(states(graph)).toBe("a:pending b:pending c:pending");
  });

  it("a task that is cancelled from outside before its turn blocks its dependents", async () => {
    const { graph, task } = graphOf("a", "b < a", "c < b");
    const executor = TaskExecutor.empty().register("any", ({ task: own }) => {
      if (own.title === "a") task("b").cancel();
    });
    await graph.run(executor);
    expect([states(graph), titles(graph.blocked)]).toEqual(["a:done b:cancelled c:pending", ["c"]]);
  });

  it("a ready task that is ended by somebody else before it starts is taken as it is", async () => {
    const { graph, task } = graphOf("a", "b", "c < b");
    const executor = TaskExecutor.empty().register("any", ({ task: own }) => {
      if (own.title !== "a") return;
      task("b").transitionTo("running");
      task("b").transitionTo("done");
    });
    await graph.run(executor, { concurrency: 1 });
    expect([states(graph), graph.errors.size]).toEqual(["a:done b:done c:done", 0]);
  });

  it("a task that another executor runs already is an error of the run", async () => {
    const gate = new Gate();
    const other = TaskExecutor.empty().register("any", () => gate.promise);
    const { graph, task } = graphOf("a", "b < a");
    const ended = other.execute(task("a"));
    await graph.run(recordingExecutor().executor);
    expect(graph.errors.get(task("a").id)).toMatchObject({ code: "invalid_transition" });
    expect(titles(graph.blocked)).toEqual(["b"]);
    gate.open();
    await ended;
  });
});

describe("running again", () => {
  it("done tasks count as satisfied: an extended graph runs only what is new", async () => {
    const { graph, task } = graphOf("a", "b < a");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    const c = graph.add(named("c"), { after: [task("b")] });
    await graph.run(executor);
    expect([ran, c.isDone, graph.ok]).toEqual([["a", "b", "c"], true, true]);
  });

  it("a task that was done before it was added counts as satisfied", async () => {
    const { executor, ran, contexts } = recordingExecutor();
    const early = named("early");
    await executor.execute(early);
    const graph = new TaskGraph({ title: "g" });
    graph.add(early);
    graph.add(named("late"), { after: [early] });
    await graph.run(executor);
    expect([ran, contexts.get("late")?.upstream.get(early.id)]).toEqual([["early", "late"], early]);
  });

  it("failed and cancelled tasks are not run again and block as before", async () => {
    const { graph } = graphOf("fail a", "b < fail a", "cancel c", "d < cancel c");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    await graph.run(executor);
    expect(ran).toEqual(["fail a", "cancel c"]);
    expect(titles(graph.blocked)).toEqual(["b", "d"]);
    expect(graph.errors.size).toBe(0);
  });

  it("the views of the run before are replaced", async () => {
    const graph = new TaskGraph({ title: "g" });
    const odd = graph.add(new Task({ type: "odd", payload: 1, title: "odd" }));
    graph.add(named("b"), { after: [odd] });
    const { executor } = recordingExecutor();
    await graph.run(executor);
    const { errors } = graph;
    executor.register("odd", () => 1);
    await graph.run(executor);
    expect([graph.ok, titles(graph.blocked), graph.errors.size, errors.size]).toEqual([true, [], 0, 1]);
  });

  it("after an abort the rest is run by the next run", async () => {
    const { graph } = graphOf("a", "b < a");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor, { signal: AbortSignal.abort() });
    expect(ran).toEqual([]);
    await graph.run(executor);
    expect([ran, graph.ok]).toEqual([["a", "b"], true]);
  });
});

describe("finally tasks", () => {
  it("a finally task runs after failures and blocked tasks", async () => {
    const { graph } = graphOf("fail a", "b < fail a", "c", "!report < fail a, b, c");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect(ran.at(-1)).toBe("report");
    expect([states(graph), titles(graph.blocked)]).toEqual(["fail a:failed b:pending c:done report:done", ["b"]]);
  });

  it("it starts only when no ordinary task runs or can still start, whatever it comes after", async () => {
    const { graph } = graphOf("!report", "a", "b < a", "c < b", "!second < a");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect(ran.slice(0, 3)).toEqual(["a", "b", "c"]);
    expect(ran.slice(3).sort()).toEqual(["report", "second"]);
  });

  it("it waits for an ordinary task that is still running", async () => {
    const gate = new Gate();
    const log: string[] = [];
    const { graph } = graphOf("fail a", "slow", "!report < fail a");
    const executor = TaskExecutor.empty().register("any", async ({ task }) => {
      if (task.title === "slow") await gate.promise;
      log.push(task.title);
      if (task.title === "fail a") throw new Error("boom");
    });
    const ended = graph.run(executor);
    await turn();
    expect(log).toEqual(["fail a"]);
    gate.open();
    await ended;
    expect(log).toEqual(["fail a", "slow", "report"]);
  });

  it("it gets the tasks that it comes after through context.upstream, failed and blocked ones included", async () => {
    const { graph } = graphOf("lint", "fail test", "docs < fail test", "!recommend < lint, fail test, docs");
    const { executor, contexts } = recordingExecutor();
    await graph.run(executor);
    const upstream = contexts.get("recommend")?.upstream ?? new Map<string, Task>();
    expect(Array.from(upstream.values(), ({ title, status }) => `${title}:${status}`)).toEqual([
      "lint:done",
      "fail test:failed",
      "docs:pending",
    ]);
  });

  it("finally tasks wait for one another, and a failed one does not block the next", async () => {
    const { graph } = graphOf("a", "!fail x < a", "!y < fail x", "!z < y");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect([ran, titles(graph.blocked)]).toEqual([["a", "fail x", "y", "z"], []]);
    expect(graph.ok).toBe(false);
  });

  it("a finally task without a handler does not block the next one", async () => {
    const graph = new TaskGraph({ title: "g" });
    const odd = graph.add(new Task({ type: "odd", payload: 1, title: "odd" }), { finally: true });
    graph.add(named("last"), { after: [odd], finally: true });
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect(ran).toEqual(["last"]);
  });

  it("a graph of finally tasks only runs", async () => {
    const { graph } = graphOf("!a", "!b < a");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    expect(ran).toEqual(["a", "b"]);
  });

  it("an optional task's failure is in the views and leaves the graph ok", async () => {
    const { graph, task } = graphOf("a", "!?fail recommend < a");
    await graph.run(recordingExecutor().executor);
    expect([graph.ok, titles(graph.failed), graph.errors.has(task("fail recommend").id)]).toEqual([
      true,
      ["fail recommend"],
      true,
    ]);
  });

  it("ok asks for every required task: a pending or blocked one is not enough", async () => {
    const { graph } = graphOf("?fail a", "b < fail a");
    expect(graph.ok).toBe(false);
    await graph.run(recordingExecutor().executor);
    expect([graph.ok, titles(graph.blocked)]).toEqual([false, ["b"]]);
    const optional = graphOf("?fail a", "?b < fail a", "c").graph;
    await optional.run(recordingExecutor().executor);
    expect(optional.ok).toBe(true);
  });

  it("a finally task that is done already is not run again", async () => {
    const { graph, task } = graphOf("a", "!report < a");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor);
    graph.add(named("b"), { after: [task("a")] });
    await graph.run(executor);
    expect(ran).toEqual(["a", "report", "b"]);
  });
});

describe("failFast", () => {
  it("a failed required task stops ordinary tasks from starting; what runs goes on, finally tasks run", async () => {
    const gate = new Gate();
    const ran: string[] = [];
    const { graph } = graphOf("fail a", "slow", "b", "c < slow", "!report");
    const executor = TaskExecutor.empty().register("any", async ({ task }) => {
      ran.push(task.title);
      if (task.title === "fail a") throw new Error("boom");
      if (task.title === "slow") await gate.promise;
    });
    const ended = graph.run(executor, { concurrency: 2, failFast: true });
    await turn();
    gate.open();
    await ended;
    expect(ran).toEqual(["fail a", "slow", "report"]);
    expect(states(graph)).toBe("fail a:failed slow:done b:pending c:pending report:done");
  });

  it("without it, they go on", async () => {
    const { graph } = graphOf("fail a", "b", "c < b");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor, { concurrency: 1 });
    expect(ran).toEqual(["fail a", "b", "c"]);
  });

  it("the failure of an optional task and a cancellation stop nothing", async () => {
    const { graph } = graphOf("?fail a", "cancel b", "c");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor, { concurrency: 1, failFast: true });
    expect(ran).toEqual(["fail a", "cancel b", "c"]);
  });

  it("the failure of a finally task does not stop the other finally tasks", async () => {
    const { graph } = graphOf("a", "!fail x", "!y");
    const { executor, ran } = recordingExecutor();
    await graph.run(executor, { concurrency: 1, failFast: true });
    expect(ran).toEqual(["a", "fail x", "y"]);
  });

  it("dependents of the failed task are blocked, the rest is pending and not blocked", async () => {
    const { graph } = graphOf("fail a", "b < fail a", "c");
    await graph.run(recordingExecutor().executor, { concurrency: 1, failFast: true });
    expect([titles(graph.blocked), states(graph)]).toEqual([["b"], "fail a:failed b:pending c:pending"]);
  });
});

describe("aborting a run", () => {
  function abortable(): { executor: TaskExecutor; ran: string[]; controller: AbortController } {
    const ran: string[] = [];
    const executor = TaskExecutor.empty().register("any", ({ task, signal }) => {
      ran.push(task.title);
      if (!task.title.startsWith("wait")) return Promise.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    });
    return { executor, ran, controller: new AbortController() };
  }

  it("before the start: nothing runs, nothing changes, and run resolves", async () => {
    const { graph } = graphOf("a", "!report");
    const { executor, ran } = abortable();
    expect(await graph.run(executor, { signal: AbortSignal.abort() })).toBe(graph);
    expect([ran, states(graph), graph.errors.size]).toEqual([[], "a:pending report:pending", 0]);
  });

  it("while the graph is being saved: nothing runs", async () => {
    const { graph } = graphOf("a");
    const { executor, ran, controller } = abortable();
    const gate = new Gate();
    const runner: GraphRunner = {
      execute: (task, options) => executor.execute(task, options),
      saveGraph: () => gate.promise,
    };
    const ended = graph.run(runner, { signal: controller.signal });
    await turn();
    controller.abort();
    gate.open();
    await ended;
    expect([ran, states(graph)]).toEqual([[], "a:pending"]);
  });

  it("while ordinary tasks run: they are cancelled, the rest stays pending, no finally task starts", async () => {
    const { graph, task } = graphOf("a", "wait b", "c < wait b", "d < a, wait b", "!report");
    const { executor, controller } = abortable();
    const ended = graph.run(executor, { signal: controller.signal });
    await turn();
    controller.abort(new Error("enough"));
    await ended;
    expect(states(graph)).toBe("a:done wait b:cancelled c:pending d:pending report:pending");
    expect([titles(graph.cancelled), titles(graph.blocked)]).toEqual([["wait b"], ["c", "d"]]);
    expect(graph.errors.get(task("wait b").id)).toMatchObject({ name: "AbortError", cause: new Error("enough") });
  });

  it("ready tasks that waited for their turn are not started", async () => {
    const { graph } = graphOf("wait a", "b", "c");
    const { executor, ran, controller } = abortable();
    const ended = graph.run(executor, { concurrency: 1, signal: controller.signal });
    await turn();
    controller.abort();
    await ended;
    expect([ran, states(graph)]).toEqual([["wait a"], "wait a:cancelled b:pending c:pending"]);
  });

  it("while finally tasks run: they are cancelled, and no other finally task starts", async () => {
    const { graph } = graphOf("a", "!wait x", "!y < wait x");
    const { executor, controller } = abortable();
    const ended = graph.run(executor, { signal: controller.signal });
    await turn();
    await turn();
    controller.abort();
    await ended;
    expect(states(graph)).toBe("a:done wait x:cancelled y:pending");
  });

  it("by a task itself, in its last moment: nothing more starts", async () => {
    const controller = new AbortController();
    const { graph } = graphOf("a", "b < a", "!report");
    const executor = TaskExecutor.empty().register("any", () => 1);
    executor.events.subscribe(({ type }) => {
      if (type === "succeeded") controller.abort();
    });
    await graph.run(executor, { signal: controller.signal });
    expect(states(graph)).toBe("a:done b:pending report:pending");
  });

  it("by a runner, while it is asked to start a task", async () => {
    const controller = new AbortController();
    const { graph } = graphOf("a", "b");
    const started: string[] = [];
    const runner: TaskRunner = {
      execute: (task) => {
        started.push(task.title);
        controller.abort();
        return Promise.reject(new Error("stopped"));
      },
    };
    await graph.run(runner, { signal: controller.signal });
    expect(started).toEqual(["a"]);
  });

  it("after the end changes nothing", async () => {
    const { graph } = graphOf("a");
    const { executor, controller } = abortable();
    await graph.run(executor, { signal: controller.signal });
    controller.abort();
    await turn();
    expect(states(graph)).toBe("a:done");
  });

  it("leaves no listener on the signal, after success, failure and abort", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const { executor } = recordingExecutor();
    await graphOf("a", "fail b", "c < fail b", "!d").graph.run(executor, { signal });
    const waiting = graphOf("wait a", "b");
    const ended = waiting.graph.run(abortable().executor, { signal });
    await turn();
    controller.abort();
    await ended;
    expect(listeners).toBe(0);
  });
});

describe("a run with a store", () => {
  it("saves the graph and its tasks before the first task starts", async () => {
    const store = new InMemoryStore();
    const { graph } = graphOf("a", "b < a");
    let before: unknown;
    const executor = new TaskExecutor({
      store,
      handlers: {
        any: () => {
          before ??= [store.graphs.has(graph), store.tasks.size];
        },
      },
    });
    await graph.run(executor);
    expect(before).toEqual([true, 2]);
    expect(store.tasks.count({ status: "done" })).toBe(2);
  });

  it("tasks that are blocked are in the store as pending ones", async () => {
    const store = new InMemoryStore();
    const { graph, task } = graphOf("fail a", "b < fail a");
    await graph.run(recordingExecutor({ store }).executor);
    expect(store.tasks.get(task("b").id)?.status).toBe("pending");
  });
});

describe("a runner that throws at once", () => {
  it("for each of 50,000 tasks does not overflow the stack, whatever the clock says", async () => {
    const graph = new TaskGraph({ title: "all fail" });
    for (let index = 0; index < 50_000; index++) graph.add(new Task({ type: "any", payload: index }));
    const runner = {
      execute: () => {
        throw new Error("not today");
      },
    };
    await graph.run(runner, { clock: new VirtualClock() });
    expect(graph.errors.size).toBe(50_000);
  });
});
