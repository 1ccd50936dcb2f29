import { describe, expect, it } from "vitest";
import { Task, TaskExecutor, TaskGraph } from "@ttasks/core";

describe("many tasks that share a signal", () => {
  it("listen to it once, so that Node has nothing to warn of, and none listens afterwards", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on("warning", onWarning);
    const controller = new AbortController();
    const listening: number[] = [];
    const { addEventListener, removeEventListener } = controller.signal;
    let count = 0;
    controller.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listening.push(++count);
      addEventListener.apply(controller.signal, args);
    };
    controller.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      count--;
      removeEventListener.apply(controller.signal, args);
    };
    const executor = TaskExecutor.empty().register("wait", () => new Promise((resolve) => setTimeout(resolve, 5)));
    const graph = new TaskGraph({ title: "wide" });
    for (let index = 0; index < 50; index++) graph.add(new Task({ type: "wait", payload: index }));
    await graph.run(executor, { concurrency: 50, signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(graph.ok).toBe(true);
    expect(warnings).toEqual([]);
    expect(Math.max(...listening)).toBeLessThanOrEqual(2); // the run and its executor
    expect(count).toBe(0);
  });

  it("are all cancelled by it", async () => {
    const executor = TaskExecutor.empty().register("hang", ({ signal }) => {
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    });
    const controller = new AbortController();
    const tasks = Array.from({ length: 20 }, (_, index) => new Task({ type: "hang", payload: index }));
    const ended = Promise.allSettled(tasks.map((task) => executor.execute(task, { signal: controller.signal })));
    controller.abort();
    await ended;
    expect(tasks.every((task) => task.isCancelled)).toBe(true);
  });
});
