import { describe, expect, it } from "vitest";
import {
  InMemoryStore,
  recover,
  release,
  Task,
  TaskGraph,
  TaskHeldError,
  type InterruptedAttempt,
  type OnInterrupted,
  type ProcessFate,
} from "@ttasks/core";
import { settle, VirtualClock } from "@ttasks/testkit";
import { hangs, Ledger, probe, type LedgerProcess } from "./ledger.ts";

/** A task whose executor was killed while it ran. */
async function interrupted(
  ledger: Ledger,
  { onInterrupted, type = "any" }: { onInterrupted?: OnInterrupted | undefined; type?: string } = {},
  handler = hangs,
): Promise<{ task: Task; gone: LedgerProcess }> {
  const task = await ledger.save("interrupted", { onInterrupted }, type);
  const gone = ledger.process(handler);
  void gone.execute(await gone.load(task));
  await gone.hasStarted(task);
  await settle();
  gone.isAlive = false;
  return { task, gone };
}

/** A graph of one task that runs in a process which lives; `finish` lets both end. */
async function runningGraph(
  ledger: Ledger,
): Promise<{ living: LedgerProcess; graph: TaskGraph; finish: () => Promise<void> }> {
  const graph = new TaskGraph({ title: "quick" });
  const quick = graph.add(new Task({ type: "any", payload: null, title: "quick" }));
  let end: (output: string) => void = () => undefined;
  const living = ledger.process(() => new Promise((resolve) => (end = resolve)));
  const running = graph.run(living.executor, { clock: living.clock });
  await living.hasStarted(quick);
  await settle();
  const finish = async (): Promise<void> => {
    end("done");
    await running;
    await living.executor.close();
  };
  return { living, graph, finish };
}

describe.each(["sync", "async"] as const)("recovering a %s store", (mode) => {
  it.each([
    ["any", undefined, "hold"],
    ["bash", undefined, "hold"],
    ["prompt", undefined, "retry"],
    ["prompt", "hold", "hold"],
    ["bash", "retry", "retry"],
    ["any", "fail", "fail"],
  ] as const)("a %s task with onInterrupted %s comes to %s", async (type, onInterrupted, outcome) => {
    const ledger = new Ledger(mode);
    const { task, gone } = await interrupted(ledger, { onInterrupted, type });
    const { id } = gone.executor;
    await expect(recover(ledger.open(), probe(gone))).resolves.toEqual({
      tasks: [{ taskId: task.id, title: "interrupted", attempt: 1, outcome, process: "none" }],
      runs: [],
      executors: [id],
    });
    const stored = await ledger.read(task);
    expect(stored.attempts).toMatchObject([
      { number: 1, status: "interrupted", reason: "interrupted", executorId: id },
    ]);
    expect([stored.status, stored.held !== undefined]).toEqual([
      outcome === "fail" ? "failed" : "pending",
      outcome === "hold",
    ]);
    expect(stored.error).toBe(
      outcome === "fail" ? "it was interrupted: its executor was gone before its end" : undefined,
    );
    await expect(Promise.resolve(ledger.open().leases!.find())).resolves.toEqual([]);
  });

  it("leaves alone what runs in a process that lives, and what has ended", async () => {
    const ledger = new Ledger(mode);
    const { task, gone } = await interrupted(ledger);
    gone.isAlive = true;
    await expect(recover(ledger.open(), probe(gone))).resolves.toEqual({ tasks: [], runs: [], executors: [] });
    expect((await ledger.read(task)).status).toBe("running");
  });

  it("may be done twice, and by two at once: each task is recovered once", async () => {
    const ledger = new Ledger(mode);
    const { task, gone } = await interrupted(ledger);
    const both = await Promise.all([recover(ledger.open(), probe(gone)), recover(ledger.open(), probe(gone))]);
    expect(both.flatMap(({ tasks }) => tasks)).toHaveLength(1);
    await expect(recover(ledger.open(), probe(gone))).resolves.toEqual({ tasks: [], runs: [], executors: [] });
    expect((await ledger.read(task)).attempts).toHaveLength(1);
  });

  it("goes on where another recovery was stopped: its executor counts as gone, whoever lives", async () => {
    const ledger = new Ledger(mode);
    const { task, gone } = await interrupted(ledger);
    const { leases } = ledger.open();
    await leases!.expire((await leases!.get(gone.executor.id))!);
    gone.isAlive = true;
    const { tasks } = await recover(ledger.open(), probe(gone));
    expect(tasks.map(({ taskId }) => taskId)).toEqual([task.id]);
  });

  it("a task whose executor has no lease any more is recovered", async () => {
    const ledger = new Ledger(mode);
    const { gone } = await interrupted(ledger);
    await ledger.open().leases!.delete(gone.executor.id);
    const { tasks, executors } = await recover(ledger.open(), { isAlive: () => true });
    expect([tasks.length, executors]).toEqual([1, []]);
  });

  it("leaves alone what ends, with its executor, while something else is recovered", async () => {
    const ledger = new Ledger(mode);
    const { gone } = await interrupted(ledger);
    const { living, graph, finish } = await runningGraph(ledger);
    const ended: string[] = [];
    const endProcess = async ({ title }: InterruptedAttempt): Promise<ProcessFate> => {
      ended.push(title);
      await finish();
      return "none";
    };
    const { tasks, runs } = await recover(ledger.open(), { ...probe(gone, living), endProcess });
    expect([tasks.map(({ title }) => title), runs, ended]).toEqual([["interrupted"], [], ["interrupted"]]);
    expect((await ledger.read(graph.tasks[0]!)).status).toBe("done");
  });

  it("leaves a run alone that ends, with its executor, while it is looked at", async () => {
    const ledger = new Ledger(mode);
    const { living, graph, finish } = await runningGraph(ledger);
    const store = ledger.open();
    const { runs, tasks } = store;
    // As if nothing of it ran in this very moment: its executor has not been asked for then.
    tasks.find = async () => [];
    const find = runs.find.bind(runs);
    runs.find = async (query) => {
      const found = await find(query);
      await finish();
      return found;
    };
    expect((await recover(store, probe(living))).runs).toEqual([]);
    const stored = await ledger.open().runs.find({ graph: graph.id });
    expect(stored.map(({ status }) => status)).toEqual(["done"]);
  });

  it("a task that was to be cancelled is cancelled", async () => {
    const ledger = new Ledger(mode);
    const { task, gone } = await interrupted(ledger);
    await ledger.open().tasks.requestCancel(task.id);
    const { tasks } = await recover(ledger.open(), probe(gone));
    expect(tasks).toMatchObject([{ outcome: "cancel" }]);
    expect(await ledger.read(task)).toMatchObject({ status: "cancelled", result: { status: "cancelled" } });
    await expect(Promise.resolve(ledger.open().leases!.cancelRequests(gone.executor.id))).resolves.toEqual([]);
  });
});

describe("an executor that nobody can probe", () => {
  it("is gone when its lease has not changed for 20 s of who recovers", async () => {
    const ledger = new Ledger();
    const { gone } = await interrupted(ledger);
    const clock = new VirtualClock();
    let recovery: unknown;
    void recover(ledger.open(), { clock }).then((value) => (recovery = value));
    await clock.advance(19_999);
    expect(recovery).toBe(undefined);
    await clock.advance(1);
    expect(recovery).toMatchObject({ executors: [gone.executor.id], tasks: [{ outcome: "hold" }] });
  });

  it("lives as long as its lease is renewed, whatever the clocks say", async () => {
    const ledger = new Ledger();
    const { gone: living } = await interrupted(ledger);
    const clock = new VirtualClock(Date.UTC(2040, 0, 1));
    const recovering = recover(ledger.open(), { clock, isAlive: () => undefined });
    for (let second = 0; second < 20; second++) {
      await living.clock.advance(1_000);
      await clock.advance(1_000);
    }
    await expect(recovering).resolves.toEqual({ tasks: [], runs: [], executors: [] });
  });

  it("is not waited for when the signal is aborted", async () => {
    const ledger = new Ledger();
    const { task } = await interrupted(ledger);
    const clock = new VirtualClock();
    const controller = new AbortController();
    const recovering = recover(ledger.open(), { clock, signal: controller.signal });
    await settle();
    controller.abort(new Error("no time"));
    await expect(recovering).rejects.toThrow("no time");
    await expect(recover(ledger.open(), { clock, signal: controller.signal })).rejects.toThrow("no time");
    expect([clock.timerCount, (await ledger.read(task)).status]).toEqual([0, "running"]);
  });
});

describe("the process of an interrupted attempt", () => {
  const process = { pid: 4711, start: "boot/1234" };
  const noting: typeof hangs = (context) => {
    context.noteProcess(process);
    return hangs(context);
  };

  it("is kept with the attempt, and ended before the task can run again", async () => {
    const ledger = new Ledger();
    const { task, gone } = await interrupted(ledger, { onInterrupted: "retry" }, noting);
    expect((await ledger.read(task)).attempts).toMatchObject([{ status: "running", process }]);
    const ended: InterruptedAttempt[] = [];
    const endProcess = async (attempt: InterruptedAttempt): Promise<ProcessFate> => {
      expect((await ledger.read(task)).status).toBe("running");
      ended.push(attempt);
      return "ended";
    };
    const { tasks } = await recover(ledger.open(), { ...probe(gone), endProcess });
    const { id: executorId } = gone.executor;
    const owner = { host: "here", pid: 1 };
    expect(ended).toEqual([{ taskId: task.id, title: "interrupted", number: 1, executorId, owner, process }]);
    expect(tasks).toMatchObject([{ process: "ended", outcome: "retry" }]);
    expect((await ledger.read(task)).attempts).toMatchObject([{ status: "interrupted", process }]);
  });

  it("a task whose process may still run is held, and not tried again", async () => {
    const ledger = new Ledger();
    const { task, gone } = await interrupted(ledger, { onInterrupted: "retry" }, noting);
    const { tasks } = await recover(ledger.open(), probe(gone));
    expect(tasks).toMatchObject([{ process: "unknown", outcome: "hold" }]);
    expect((await ledger.read(task)).held).toBeDefined();
  });

  it("is not kept with an attempt that has ended", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("short");
    const one = ledger.process((context) => {
      context.noteProcess(process);
      return "done";
    });
    await one.execute(await one.load(task));
    expect((await ledger.read(task)).attempts[0]?.process).toBe(undefined);
  });

  it("is noted as well by a handler that takes its context apart", async () => {
    const ledger = new Ledger();
    const { task } = await interrupted(ledger, {}, (context) => {
      const { noteProcess } = context;
      noteProcess(process);
      return hangs(context);
    });
    expect((await ledger.read(task)).attempts).toMatchObject([{ status: "running", process }]);
  });

  it("that is none is refused by name", async () => {
    const one = new Ledger().process((context) => context.noteProcess({ pid: 0, start: "x" }));
    const error = await one.execute(await one.ledger.save("odd"));
    expect(String(error)).toContain("Expected `process.pid` to be a whole number from 1");
  });
});

describe("a held task", () => {
  it("is refused until it is released, and says why", async () => {
    const ledger = new Ledger();
    const { task, gone } = await interrupted(ledger);
    await recover(ledger.open(), probe(gone));
    const next = ledger.process();
    const read = await next.load(task);
    const error = await next.execute(read);
    expect(error).toBeInstanceOf(TaskHeldError);
    expect(error).toMatchObject({ code: "task_held", taskId: task.id, message: /it is held: it was interrupted/ });
    expect([read.status, read.attempts.length, next.calls]).toEqual(["pending", 1, []]);
    expect((await next.store.explain!(task.id))?.sentence).toMatch(
      /^"interrupted" is held since 2.*: it was interrupted: its executor was gone/,
    );
    expect([release(read), release(read), read.held]).toEqual([true, false, undefined]);
    await expect(next.execute(read)).resolves.toMatchObject({ status: "done" });
    expect((await ledger.read(task)).attempts.map(({ number, status }) => [number, status])).toEqual([
      [1, "interrupted"],
      [2, "done"],
    ]);
  });

  it("can be cancelled", async () => {
    const ledger = new Ledger();
    const { task, gone } = await interrupted(ledger);
    await recover(ledger.open(), probe(gone));
    const next = ledger.process();
    const read = await next.load(task);
    await expect(next.executor.cancel(read)).resolves.toBe(true);
    expect(await ledger.read(task)).toMatchObject({ status: "cancelled", held: undefined });
  });

  it("is let go for others by saving it", async () => {
    const ledger = new Ledger();
    const { task, gone } = await interrupted(ledger);
    await recover(ledger.open(), probe(gone));
    const { tasks } = ledger.open();
    for (const one of await tasks.find({ status: "pending" })) if (release(one)) await tasks.save(one);
    const next = ledger.process();
    await expect(next.execute(await next.load(task))).resolves.toMatchObject({ status: "done" });
  });

  it("what is no task cannot be released", () => {
    expect(() => release({} as never)).toThrow("Expected `task` to be a Task");
  });
});

describe("tries and interruptions", () => {
  const retry = { attempts: 3, backoffMs: 10, jitter: "none" } as const;
  const failing = () => {
    throw new Error("no luck");
  };

  it("an interrupted attempt eats no try, and those that had failed are not given back", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("tried", { retry, onInterrupted: "retry" });
    let calls = 0;
    const gone = ledger.process((context) => (++calls === 1 ? failing() : hangs(context)));
    void gone.execute(await gone.load(task));
    await gone.hasStarted(task);
    await settle();
    await gone.clock.advance(10);
    while (calls < 2) await settle();
    gone.isAlive = false;
    await recover(ledger.open(), probe(gone));
    const next = ledger.process(failing);
    const ended = next.execute(await next.load(task));
    await next.clock.advance(1_000);
    await expect(ended).resolves.toMatchObject({ code: "execution_failed" });
    expect((await ledger.read(task)).attempts.map(({ status }) => status)).toEqual([
      "failed",
      "interrupted",
      "failed",
      "failed",
    ]);
  });

  it("a task that waited for its next try is tried again, even one that is to be held", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("waiting", { retry: { ...retry, backoffMs: 60_000 } });
    const gone = ledger.process(failing);
    const mine = await gone.load(task);
    void gone.execute(mine);
    while (!mine.retryAt) await settle();
    await settle();
    gone.isAlive = false;
    const { tasks } = await recover(ledger.open(), probe(gone));
    expect(tasks).toMatchObject([{ outcome: "retry", attempt: 1, process: "none" }]);
    expect(await ledger.read(task)).toMatchObject({ status: "pending", held: undefined, retryAt: undefined });
  });

  it("a reset task has all its tries", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("tried", { retry });
    const one = ledger.process(failing);
    const mine = await one.load(task);
    for (const count of [3, 6]) {
      const ended = one.execute(mine);
      await one.clock.advance(1_000);
      await ended;
      expect(mine.attempts).toHaveLength(count);
      mine.reset();
    }
  });
});

describe("a graph whose process is gone", () => {
  async function interruptedGraph() {
    const ledger = new Ledger();
    const graph = new TaskGraph({ title: "release" });
    const named = (title: string, onInterrupted?: OnInterrupted): Task =>
      new Task({ type: "any", payload: null, title, onInterrupted });
    const build = graph.add(named("build"));
    const test = graph.add(named("test", "retry"), { after: [build], pool: "cpu" });
    const deploy = graph.add(named("deploy"), { after: [test] });
    graph.add(named("alarm"), { after: [{ task: deploy, on: "failure" }] });
    graph.add(named("report"), { finally: true });
    const gone = ledger.process((context) => (context.task.title === "test" ? hangs(context) : "done"));
    void graph.run(gone.executor, { clock: gone.clock, pools: { cpu: 1 } });
    await gone.hasStarted(test);
    await settle();
    gone.isAlive = false;
    return { ledger, graph, gone, test };
  }

  it("has an interrupted run, and is resumed: nothing that is done runs again", async () => {
    const { ledger, graph, gone } = await interruptedGraph();
    const { runs, tasks } = await recover(ledger.open(), probe(gone));
    expect([runs, tasks.map(({ title }) => title)]).toEqual([[graph.runs[0]!.id], ["test"]]);
    const next = ledger.process();
    const read = (await next.store.graphs.get(graph.id))!;
    expect(read.runs.map(({ status, finishedAt }) => [status, finishedAt !== undefined])).toEqual([
      ["interrupted", true],
    ]);
    expect(read.runs[0]!.counts).toMatchObject({ total: 5, done: 1, notStarted: 4 });
    expect(read.explain(read.tasks[2]!).sentence).toBe('"deploy" was not started, as the run was interrupted.');
    await read.resume(next.executor, { pools: { cpu: 1 } });
    expect([read.ok, next.calls]).toEqual([true, ["test", "deploy", "report"]]);
    expect(read.runs.at(-1)).toMatchObject({
      trigger: "resume",
      rerunOf: graph.runs[0]!.id,
      executorId: next.executor.id,
      status: "done",
    });
    expect(read.skipped.map(({ title }) => title)).toEqual(["alarm"]);
  });

  it("keeps the counts of its beginning where the graph is gone, or has other tasks since", async () => {
    const { ledger, graph, gone } = await interruptedGraph();
    const { counts } = graph.runs[0]!;
    const store = ledger.open();
    const [run] = await store.runs.find({ graph: graph.id });
    await store.graphs.delete(graph.id);
    await store.runs.save(run!);
    await recover(ledger.open(), probe(gone));
    expect((await ledger.open().runs.get(run!.id))!).toMatchObject({ status: "interrupted", counts });
  });

  it("says which held task keeps the others from running", async () => {
    const { ledger, graph, gone } = await interruptedGraph();
    const { tasks } = ledger.open();
    const recovered = await recover(ledger.open(), { ...probe(gone) });
    expect(recovered.tasks).toHaveLength(1);
    const next = ledger.process();
    const held = (await tasks.get(recovered.tasks[0]!.taskId))!;
    // As if it had been held.
    const document = { ...held.toJSON(), held: { since: 5, reason: "somebody has to look" } };
    await tasks.save(Task.fromJSON(document));
    const read = (await next.store.graphs.get(graph.id))!;
    await read.resume(next.executor, { pools: { cpu: 1 } });
    expect([read.ok, next.calls]).toEqual([false, ["report"]]);
    expect(read.explain(read.tasks[2]!).sentence).toBe(
      '"deploy" is blocked by "test", which is held since 1970-01-01T00:00:00.005Z: somebody has to look.',
    );
    expect(read.errors.get(held.id)).toBeInstanceOf(TaskHeldError);
  });

  it("that only slept does not write the end of its run over that", async () => {
    const { ledger, graph, gone } = await interruptedGraph();
    await recover(ledger.open(), probe(gone));
    await gone.clock.advance(10_000);
    while (graph.runs[0]!.status === "running") await settle();
    await settle();
    const runs = await ledger.open().runs.find({ graph: graph.id });
    expect(runs.map(({ status }) => status)).toEqual(["interrupted"]);
    expect(graph.ok).toBe(false);
  });
});

describe("recover", () => {
  it("has nothing to do for a store that ends with its process", async () => {
    await expect(recover(new InMemoryStore())).resolves.toEqual({ tasks: [], runs: [], executors: [] });
  });

  it("refuses what it does not know by name", async () => {
    await expect(recover(undefined as never)).rejects.toThrow("Expected `store` to be an object");
    await expect(recover(new InMemoryStore(), { isAlive: 1 as never })).rejects.toThrow("`isAlive` to be a function");
    await expect(recover(new InMemoryStore(), { alive: 1 } as never)).rejects.toThrow("Unknown option `alive`");
  });

  it("a task that was moved to running by hand is nobody's, and stays", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("by hand");
    const { tasks } = ledger.open();
    const read = (await tasks.get(task.id))!;
    read.transitionTo("running");
    await tasks.save(read);
    await expect(recover(ledger.open())).resolves.toMatchObject({ tasks: [] });
    expect((await ledger.read(task)).status).toBe("running");
  });
});

describe("what comes after a task on any ending", () => {
  const named = (title: string): Task => new Task({ type: "any", payload: null, title });

  it("does not start while the task is held", async () => {
    const ledger = new Ledger();
    const graph = new TaskGraph({ title: "g" });
    const held = graph.add(named("held"));
    graph.add(named("after"), { after: [{ task: held, on: "done" }] });
    const gone = ledger.process(hangs);
    void graph.run(gone.executor, { clock: gone.clock });
    await gone.hasStarted(held);
    await settle();
    gone.isAlive = false;
    await recover(ledger.open(), probe(gone));
    const next = ledger.process();
    const read = (await next.store.graphs.get(graph.id))!;
    await read.resume(next.executor);
    expect([read.ok, next.calls, read.blocked.map(({ title }) => title)]).toEqual([false, [], ["after"]]);
    expect((await next.store.explain!(read.tasks[1]!.id))?.sentence).toMatch(
      /^"after" is blocked by "held", which is held/,
    );
    expect(read.explain(read.tasks[1]!).sentence).toMatch(/^"after" is blocked by "held", which is held/);
    release(read.tasks[0]!);
    await read.run(next.executor);
    expect([read.ok, next.calls]).toEqual([true, ["held", "after"]]);
  });

  it("does not start while the task runs in another process", async () => {
    const ledger = new Ledger();
    const graph = new TaskGraph({ title: "g" });
    const long = graph.add(named("long"));
    graph.add(named("after"), { after: [{ task: long, on: "done" }] });
    const [one, other] = [ledger.process(hangs), ledger.process()];
    await one.store.graphs.save(graph);
    void (await one.store.graphs.get(graph.id))!.run(one.executor, { clock: one.clock });
    await one.hasStarted(long);
    await settle();
    const read = (await other.store.graphs.get(graph.id))!;
    await read.run(other.executor);
    expect([read.ok, other.calls]).toEqual([false, []]);
  });
});

describe("an executor that was taken for gone", () => {
  it("does not store what became of a lost task with its graph: the task is tried again, as it says", async () => {
    const ledger = new Ledger();
    const graph = new TaskGraph({ title: "g" });
    const task = graph.add(new Task({ type: "any", payload: null, title: "a", onInterrupted: "retry" }));
    const slow = ledger.process(hangs);
    const running = graph.run(slow.executor, { clock: slow.clock });
    await slow.hasStarted(task);
    const { leases } = ledger.open();
    await leases!.expire((await leases!.get(slow.executor.id))!);
    await slow.clock.advance(6_000);
    await running;
    expect(task.status).toBe("cancelled");
    await graph.run(slow.executor, { clock: slow.clock });
    const { tasks } = await recover(ledger.open(), probe(slow));
    expect(tasks).toMatchObject([{ outcome: "retry" }]);
    expect(await ledger.read(task)).toMatchObject({ status: "pending" });
  });

  it("cannot end its task while its process is ended", async () => {
    const ledger = new Ledger();
    let fail!: (error: Error) => void;
    const { task, gone: slow } = await interrupted(
      ledger,
      { onInterrupted: "retry" },
      () => new Promise((_resolve, reject) => (fail = reject)),
    );
    const endProcess = async (): Promise<ProcessFate> => {
      fail(new Error("killed by SIGTERM"));
      for (let turn = 0; turn < 10; turn++) await settle();
      return "ended";
    };
    const { tasks } = await recover(ledger.open(), { ...probe(slow), endProcess });
    expect(tasks).toMatchObject([{ outcome: "retry", process: "ended" }]);
    expect(await ledger.read(task)).toMatchObject({ status: "pending", error: undefined });
  });

  it("runs a graph under its new id, and the run is not taken for an interrupted one", async () => {
    const ledger = new Ledger();
    const one = ledger.process((context) => (context.task.title === "long" ? hangs(context) : "done"));
    await one.execute(await one.load(await ledger.save("before")));
    await recover(ledger.open(), { isAlive: () => false });
    one.clock.pass(5_000);
    const graph = new TaskGraph({ title: "g" });
    const long = graph.add(named("long"));
    void graph.run(one.executor, { clock: one.clock });
    await one.hasStarted(long);
    await settle();
    expect(graph.runs[0]?.executorId).toBe(one.executor.id);
    await expect(recover(ledger.open(), probe(one))).resolves.toEqual({ tasks: [], runs: [], executors: [] });
  });

  const named = (title: string): Task => new Task({ type: "any", payload: null, title });
});

it("a cancel that was asked for of an earlier execution is not taken for the one that was interrupted", async () => {
  const ledger = new Ledger();
  let calls = 0;
  const gone = ledger.process((context) => {
    if (++calls > 1) return hangs(context);
    throw new Error("no luck");
  });
  const task = await ledger.save("again");
  const mine = await gone.load(task);
  const first = gone.execute(mine);
  await gone.hasStarted(task);
  const stored = ledger.driver;
  const { id: executorId } = gone.executor;
  stored.write([
    {
      op: "put",
      kind: "cancel",
      id: task.id,
      revision: 1,
      document: { version: 3, id: task.id, revision: 1, type: executorId, attempt: 1, createdAt: 0 },
    },
  ]);
  await first;
  mine.reset();
  void gone.execute(mine);
  while (calls < 2) await settle();
  await settle();
  gone.isAlive = false;
  const { tasks } = await recover(ledger.open(), probe(gone));
  expect(tasks).toMatchObject([{ attempt: 2, outcome: "hold" }]);
});

it("a task that was interrupted and may start again is explained as such", async () => {
  const ledger = new Ledger();
  const graph = new TaskGraph({ title: "g" });
  const task = graph.add(new Task({ type: "any", payload: null, title: "a", onInterrupted: "retry" }));
  const gone = ledger.process(hangs);
  void graph.run(gone.executor, { clock: gone.clock });
  await gone.hasStarted(task);
  await settle();
  gone.isAlive = false;
  await recover(ledger.open(), probe(gone));
  const explanation = await ledger.open().explain!(task.id);
  expect(explanation?.sentence).toBe('"a" was interrupted, and has not been started again.');
  expect(explanation?.kind).toBe("interrupted");
});
