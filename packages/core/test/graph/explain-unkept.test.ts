import { expect, it } from "vitest";
import { DocumentStore, type Task, TaskExecutor, TaskGraph } from "@ttasks/core";
import { FailingDriver, MapDriver, sampleTask, VirtualClock } from "@ttasks/testkit";

it("what comes after a task whose end could not be stored is blocked by it, and told why", async () => {
  const driver = new FailingDriver(new MapDriver());
  const store = new DocumentStore(driver);
  const executor = TaskExecutor.empty({ store, persistence: "strict" });
  executor.register("sample", () => {
    driver.failAllWrites();
    return "ok";
  });
  const graph = new TaskGraph({ title: "graph" });
  const first = graph.add(sampleTask("first"));
  const second = graph.add(sampleTask("second"), { after: [first] });
  await graph.run(executor);
  expect(first.isDone).toBe(true);
  const { kind, causes } = graph.explain(second);
  expect(kind).toBe("blocked");
  expect(causes[1]).toMatchObject({ taskId: first.id, kind: "refused" });
  expect(causes[1]?.error).toContain("cannot be saved");
});

it("a task that a run left is told as that, also where the clock was set back since its last attempt", async () => {
  class SetBackClock extends VirtualClock {
    offset = 0;
    override now(): number {
      return super.now() + this.offset;
    }
  }
  const clock = new SetBackClock();
  const fail = (): never => {
    throw new Error("it broke");
  };
  const executor = new TaskExecutor({ clock, handlers: { sample: fail } });
  const graph = new TaskGraph({ title: "graph" });
  const first = graph.add(sampleTask("first"));
  const second = graph.add(sampleTask("second"));
  await executor.execute(second).catch(() => undefined);
  second.reset();
  clock.offset = -3_600_000;
  await graph.run(executor, { clock, concurrency: 1, failFast: true });
  expect(first.isFailed).toBe(true);
  expect(graph.explain(second).kind).toBe("failed_fast");
  const isReset = (task: Task): string => (task.reset(), graph.explain(task).kind);
  expect(isReset(first)).toBe("not_started");
});
