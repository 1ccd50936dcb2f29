import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Task, TaskGraph } from "@ttasks/core";
import { describe, expect, it } from "vitest";
import { createBench, hasRuntime, hermeticEnv, temporaryFolder, whereItRuns } from "./fixtures/bench.ts";
import { canCount } from "./fixtures/census.ts";
import { createFakeBench } from "./fixtures/fake-bench.ts";
import { ModelServer } from "./fixtures/model-server.ts";

const starts = (log: readonly string[]): number => log.filter((line) => line.startsWith("argv")).length;

describe("the runtime of a set of handlers", () => {
  it("starts with the first task, and only once for many at once", async () => {
    const { executor, log } = createFakeBench();
    expect(log()).toEqual([]);
    const tasks = Array.from({ length: 8 }, (_, index) => (index % 2 ? Task.prompt : Task.agent)(`ECHO ${index}`));
    await Promise.all(tasks.map((task) => executor.execute(task)));
    expect(tasks.map(({ result }) => result?.output)).toEqual(tasks.map((_, index) => String(index)));
    expect(starts(log())).toBe(1);
  });

  it("serves tasks that come one after the other, with a pause between", async () => {
    const { executor, log } = createFakeBench();
    for (const word of ["one", "two", "three"]) {
      await executor.execute(Task.prompt(`ECHO ${word}`));
      await sleep(100);
    }
    expect(starts(log())).toBe(1);
  });

  it("is stopped a moment after the last task, and starts again with the next one", async () => {
    const { executor, log, census } = createFakeBench();
    await executor.execute(Task.prompt("ECHO one"));
    if (canCount) await census.until((lines) => lines.length === 0, 3_000);
    else await sleep(2_000);
    expect(log()).toContain("runtime.shutdown");
    expect((await executor.execute(Task.prompt("ECHO two"))).output).toBe("two");
    expect(starts(log())).toBe(2);
  });

  it.skipIf(!canCount)("is replaced without a word when it has died between two tasks", async () => {
    const { executor, log, census } = createFakeBench();
    await executor.execute(Task.prompt("ECHO one"));
    process.kill(census.runtime!, "SIGKILL");
    expect((await executor.execute(Task.prompt("ECHO two"))).output).toBe("two");
    expect(starts(log())).toBe(2);
  });

  it("is stopped by executor.close()", async () => {
    const { executor, census } = createFakeBench();
    await executor.execute(Task.prompt("ECHO one"));
    await executor.close();
    if (canCount) expect(census.take()).toEqual([]);
  });

  it("is killed when it does not stop", async () => {
    const { executor, census } = createFakeBench({ env: { FAKE_RUNTIME_STUCK_AT: "shutdown" } });
    await executor.execute(Task.prompt("ECHO one"));
    const closedAt = performance.now();
    await executor.close();
    expect(performance.now() - closedAt).toBeLessThan(5_000);
    if (canCount) expect(census.take()).toEqual([]);
  });

  it("outlives the disposal of one handler while the other one uses it", async () => {
    const { executor, handlers } = createFakeBench();
    const running = executor.execute(Task.agent("CHATTY"));
    await sleep(200);
    await handlers.prompt[Symbol.asyncDispose]?.();
    expect((await running).output).toBe("............");
  });

  it("starts again after its handlers were disposed of: another executor may share them", async () => {
    const { executor, handlers, log } = createFakeBench();
    await executor.execute(Task.prompt("ECHO one"));
    await handlers.prompt[Symbol.asyncDispose]?.();
    await handlers.agent[Symbol.asyncDispose]?.();
    expect((await executor.execute(Task.agent("ECHO two"))).output).toBe("two");
    expect(starts(log())).toBe(2);
  });
});

describe.skipIf(!hasRuntime)(`the real runtime${whereItRuns}`, () => {
  it("answers 200 prompts of one graph, 20 at a time, each with its own answer", async () => {
    const { executor, server, census } = await createBench(
      ({ prompt }) => ({ text: `It is ${prompt}.`, afterMs: 50 }),
      {},
      "copilot",
    );
    const graph = new TaskGraph({ title: "200 prompts" });
    const tasks = Array.from({ length: 200 }, (_, index) => graph.add(Task.prompt(`number ${index}`)));
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, residentMegabytes(census.runtime))), 100);
    await graph.run(executor, { concurrency: 20 });
    clearInterval(watch);
    expect(graph.ok).toBe(true);
    expect(tasks.map(({ result }) => result?.output)).toEqual(tasks.map((_, index) => `It is number ${index}.`));
    console.log(`200 prompts, 20 at a time: the runtime's memory peaked at ${peak} MB`);
    if (canCount) expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(450);
    expect(new Set(server.requests.map(({ prompt }) => prompt)).size).toBe(200);
    // The list of models is not asked for again and again: that would run into a rate limit.
    expect(server.otherPaths.filter((path) => path.startsWith("/models")).length).toBeLessThan(25);
  }, 120_000);

  it("lets this process end by itself within 2 s of the last task", async () => {
    const server = await ModelServer.start(() => ({ text: "hello" }));
    const program = fileURLToPath(new URL("fixtures/one-prompt.ts", import.meta.url));
    const env = { ...process.env, ...hermeticEnv(temporaryFolder()), MODEL_SERVER: server.origin, TELL_TIME: "1" };
    const args = ["--conditions=source", "--import", "tsx", program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    await server.stop();
    const [answer, stayed] = stdout.trim().split("\n");
    expect(answer).toBe("hello");
    expect(Number(stayed)).toBeLessThan(2_000);
  });
});

/** The memory that a process takes now. */
function residentMegabytes(pid: number | undefined): number {
  if (pid === undefined) return 0;
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, "latin1").split(" ");
    return Math.round((Number(pages) * 4_096) / 1024 / 1024);
  } catch {
    return 0;
  }
}
