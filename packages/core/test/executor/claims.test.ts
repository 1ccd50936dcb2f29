import { describe, expect, it } from "vitest";
import { InMemoryStore, recover, Task, TaskClaimedError, TaskExecutor, TaskGraph } from "@ttasks/core";
import { settle } from "@ttasks/testkit";
import { hangs, Ledger, probe } from "../recovery/ledger.ts";
import { recordedEvents } from "./recorded-events.ts";

describe.each(["sync", "async"] as const)("two executors and one task in a %s store", (mode) => {
  it("one runs it, and the other one learns that it is claimed, before its handler is called", async () => {
    const ledger = new Ledger(mode);
    const task = await ledger.save("once");
    const [first, second] = [ledger.process(), ledger.process()];
    const events = recordedEvents(second.executor);
    const [mine, theirs] = [await first.load(task), await second.load(task)];
    const [won, lost] = await Promise.all([first.execute(mine), second.execute(theirs)]);
    expect(won).toMatchObject({ status: "done" });
    expect(lost).toBeInstanceOf(TaskClaimedError);
    expect(lost).toMatchObject({
      code: "task_claimed",
      taskId: task.id,
      title: "once",
      cause: { code: "stale_revision" },
    });
    expect([first.calls, second.calls, events]).toEqual([["once"], [], []]);
    expect([theirs.status, theirs.attempts, theirs.result, theirs.revision]).toEqual(["pending", [], undefined, 1]);
    expect(second.executor.persistenceErrors).toEqual([]);
    expect((await ledger.read(task)).attempts).toMatchObject([{ status: "done", executorId: first.executor.id }]);
  });

  it("one that has lost the task can run it once it is pending again and read anew", async () => {
    const ledger = new Ledger(mode);
    const task = await ledger.save("again");
    const [first, second] = [
      ledger.process(() => {
        throw new Error("no luck");
      }),
      ledger.process(),
    ];
    const [mine, theirs] = [await first.load(task), await second.load(task)];
    await first.execute(mine);
    await expect(second.execute(theirs)).resolves.toBeInstanceOf(TaskClaimedError);
    const read = await second.load(task);
    read.reset();
    await expect(second.execute(read)).resolves.toMatchObject({ status: "done" });
    expect((await ledger.read(task)).attempts.map(({ status }) => status)).toEqual(["failed", "done"]);
  });

  it("a graph that has lost a task tells so, and starts nothing that comes after it", async () => {
    const ledger = new Ledger(mode);
    const graph = new TaskGraph({ title: "shared" });
    const [build, test] = ["build", "test"].map((title) => new Task({ type: "any", payload: null, title }));
    graph.add(build!);
    graph.add(test!, { after: [build!] });
    const [first, second] = [ledger.process(hangs), ledger.process()];
    await first.store.graphs.save(graph);
    const mine = (await first.store.graphs.get(graph.id))!;
    const theirs = (await second.store.graphs.get(graph.id))!;
    void mine.run(first.executor, { clock: first.clock });
    await first.hasStarted(build!);
    await theirs.run(second.executor);
    expect([theirs.ok, second.calls, theirs.blocked.map(({ title }) => title)]).toEqual([false, [], ["test"]]);
    expect(theirs.errors.get(build!.id)).toBeInstanceOf(TaskClaimedError);
    expect(theirs.explain(theirs.tasks[1]!).sentence).toMatch(
      /^"test" is blocked by "build", which could not start: Task "build" .* is not this executor's/,
    );
  });

  it("an owner that was taken for gone cannot end the task: it learns so, and nobody is told of an end", async () => {
    const ledger = new Ledger(mode);
    const task = await ledger.save("zombie");
    let finish!: (output: string) => void;
    const owner = ledger.process(() => new Promise((resolve) => (finish = resolve)));
    const events = recordedEvents(owner.executor);
    const mine = await owner.load(task);
    const ended = owner.execute(mine);
    await owner.hasStarted(task);
    await recover(ledger.open(), { isAlive: () => false });
    finish("too late");
    await expect(ended).resolves.toBeInstanceOf(TaskClaimedError);
    expect(events.map(({ type }) => type)).toEqual(["started"]);
    const stored = await ledger.read(task);
    expect([stored.status, stored.attempts.map(({ status }) => status)]).toEqual(["pending", ["interrupted"]]);
    expect(stored.held?.reason).toContain("interrupted");
  });

  it("an owner that was taken for gone stops its handlers at its next heartbeat, and goes on as somebody else", async () => {
    const ledger = new Ledger(mode);
    const task = await ledger.save("stopped");
    const owner = ledger.process(hangs);
    const { id } = owner.executor;
    const ended = owner.execute(await owner.load(task));
    await owner.hasStarted(task);
    await recover(ledger.open(), { isAlive: () => false });
    await owner.clock.advance(6_000);
    await expect(ended).resolves.toMatchObject({ code: "task_claimed" });
    expect(owner.executor.id).not.toBe(id);
    const next = await ledger.save("next");
    void owner.execute(await owner.load(next));
    await owner.hasStarted(next);
    expect((await ledger.read(next)).attempts).toMatchObject([{ status: "running", executorId: owner.executor.id }]);
    await expect(recover(ledger.open(), probe(owner))).resolves.toEqual({ tasks: [], runs: [], executors: [] });
  });

  it("an owner that was taken for gone while its task waited for the next try does not try it", async () => {
    const ledger = new Ledger(mode);
    const task = await ledger.save("retried", { retry: { attempts: 3, backoffMs: 1_000, jitter: "none" } });
    const owner = ledger.process(() => {
      throw new Error("no luck");
    });
    const mine = await owner.load(task);
    const ended = owner.execute(mine);
    while (!mine.retryAt) await settle();
    await settle();
    await recover(ledger.open(), { isAlive: () => false });
    await owner.clock.advance(1_000);
    await expect(ended).resolves.toBeInstanceOf(TaskClaimedError);
    expect(owner.calls).toEqual(["retried"]);
    const stored = await ledger.read(task);
    expect([stored.status, stored.held, stored.attempts.length]).toEqual(["pending", undefined, 1]);
  });
});

describe("claims in memory", () => {
  it("two objects of one id are one task: the second one is refused", async () => {
    const store = new InMemoryStore();
    const executor = TaskExecutor.empty({ store }).register("any", () => 1);
    const [first, second] = [1, 2].map(() => new Task({ type: "any", payload: null, id: "same" }));
    await executor.execute(first!);
    await expect(executor.execute(second!)).rejects.toBeInstanceOf(TaskClaimedError);
    expect(second!.isPending).toBe(true);
  });

  it("cancelling an object that is older than what is stored rejects", async () => {
    const ledger = new Ledger();
    const task = await ledger.save("old");
    const one = ledger.process();
    const stale = await one.load(task);
    await one.execute(await one.load(task));
    await expect(one.executor.cancel(stale)).rejects.toBeInstanceOf(TaskClaimedError);
    expect((await ledger.read(task)).status).toBe("done");
  });
});
