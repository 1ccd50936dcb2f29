import { Task, TaskExecutor, type OutputChunk } from "@ttasks/core";
import { shellHandlers } from "@ttasks/handlers-shell";
import { describe, expect, it } from "vitest";
import { canCount, census, newMarker, untilCount } from "./census.ts";
import { family, familyLeftBehind, FAMILY_SIZE } from "./fixtures/family.ts";

function executorWith(env: Record<string, string>, killGraceMs = 300): TaskExecutor {
  return new TaskExecutor({ handlers: shellHandlers({ env, killGraceMs }) });
}

/** Another task that runs at the time, and what it must be like afterwards. */
async function bystander(): Promise<{ livesOn(): Promise<void> }> {
  const marker = newMarker();
  const executor = executorWith(marker);
  const task = Task.bash("sleep 300");
  const run = executor.execute(task).catch(() => undefined);
  await untilCount(marker, 1);
  return {
    async livesOn() {
      expect(task.isRunning).toBe(true);
      expect(census(marker)).toEqual(["sleep 300"]);
      await executor.cancel(task);
      await run;
      expect(census(marker)).toEqual([]);
    },
  };
}

describe.skipIf(!canCount)("no orphan: nothing of what a task has started outlives it", () => {
  it("cancel ends background processes, grandchildren, nohup and those that ignore SIGTERM, and no other task", async () => {
    const marker = newMarker();
    const executor = executorWith(marker);
    const other = await bystander();
    const task = Task.bash(family);
    const run = executor.execute(task).catch((error: unknown) => error);
    await untilCount(marker, FAMILY_SIZE);
    expect(await executor.cancel(task)).toBe(true);
    expect(census(marker)).toEqual([]);
    expect(await run).toMatchObject({ name: "AbortError" });
    expect(task.result).toMatchObject({ status: "cancelled", signal: "SIGTERM" });
    await other.livesOn();
  });

  it("a timeout ends background processes, grandchildren, nohup and those that ignore SIGTERM, and no other task", async () => {
    const marker = newMarker();
    const other = await bystander();
    const task = Task.bash(family, { timeoutMs: 4_000 });
    const run = executorWith(marker).execute(task);
    const ended = expect(run).rejects.toMatchObject({ name: "TimeoutError" });
    await untilCount(marker, FAMILY_SIZE);
    await ended;
    expect(census(marker)).toEqual([]);
    expect(task.result).toMatchObject({
      status: "failed",
      signal: "SIGTERM",
      error: expect.stringContaining("timed out after 4000 ms") as string,
    });
    await other.livesOn();
  });

  it("a task that succeeds leaves nothing of what it has started in the background", async () => {
    const marker = newMarker();
    const other = await bystander();
    const result = await executorWith(marker).execute(Task.bash(familyLeftBehind));
    expect(census(marker)).toEqual([]);
    expect(result).toMatchObject({ status: "done", output: "done\n", exitCode: 0 });
    await other.livesOn();
  });

  it("a task that fails leaves nothing of what it has started in the background", async () => {
    const marker = newMarker();
    const task = Task.bash("sleep 300 >/dev/null 2>&1 & exit 4");
    await expect(executorWith(marker).execute(task)).rejects.toMatchObject({ exitCode: 4 });
    expect(census(marker)).toEqual([]);
  });

  it("a shell that ignores SIGTERM is killed after the grace time", async () => {
    const marker = newMarker();
    const task = Task.bash("trap '' TERM; echo up; sleep 300; true");
    const executor = executorWith(marker, 50);
    await cancelOnceItPrints(executor, task);
    expect(task.result).toMatchObject({ status: "cancelled", signal: "SIGKILL", output: "up\n" });
    expect(census(marker)).toEqual([]);
  });

  it("a shell that cleans up when it is told to end has the grace time for it", async () => {
    const marker = newMarker();
    const task = Task.bash("trap 'sleep 0.2; echo cleaned; exit 9' TERM; echo up; sleep 300 & wait");
    const executor = executorWith(marker, 20_000);
    await cancelOnceItPrints(executor, task);
    expect(task.result).toMatchObject({ status: "cancelled", exitCode: 9, output: "up\ncleaned\n" });
    expect(census(marker)).toEqual([]);
  });

  it("a process that is stopped is ended as well", async () => {
    const marker = newMarker();
    const task = Task.bash("echo up; kill -STOP $$");
    await cancelOnceItPrints(executorWith(marker, 20_000), task);
    expect(task.result).toMatchObject({ status: "cancelled", signal: "SIGTERM" });
    expect(census(marker)).toEqual([]);
  });

  it("a background process that holds the output keeps the task running, until it ends or is cancelled", async () => {
    const marker = newMarker();
    const executor = executorWith(marker);
    const result = await executor.execute(Task.bash("(sleep 0.3; echo late) & echo early"));
    expect(result.output).toBe("early\nlate\n");
    const task = Task.bash("sleep 300 & echo up");
    await cancelOnceItPrints(executor, task);
    expect(task.result).toMatchObject({ status: "cancelled", output: "up\n" });
    expect(census(marker)).toEqual([]);
  });

  it("a process that leaves by setsid lives on, and holding the output does not hold up a cancel", async () => {
    const marker = newMarker();
    const executor = executorWith(marker);
    const task = Task.bash("setsid bash -c 'echo up; exec sleep 5' & wait");
    await cancelOnceItPrints(executor, task);
    expect(task.result).toMatchObject({ status: "cancelled", output: "up\n" });
    expect(census(marker)).toEqual(["sleep 5"]);
  });

  it("a task that is cancelled before it starts starts nothing", async () => {
    const marker = newMarker();
    const executor = executorWith(marker);
    const task = Task.bash("sleep 300");
    const run = executor.execute(task).catch((error: unknown) => error);
    await executor.cancel(task);
    expect(await run).toMatchObject({ name: "AbortError" });
    expect(census(marker)).toEqual([]);
  });
});

/** Runs the task and cancels it when its first output arrives. */
async function cancelOnceItPrints(executor: TaskExecutor, task: Task): Promise<void> {
  const cancelled = new Promise<boolean>((resolve) => {
    executor.output.subscribe((chunk: OutputChunk) => {
      if (chunk.task === task) resolve(executor.cancel(task));
    });
  });
  await expect(executor.execute(task)).rejects.toMatchObject({ name: "AbortError" });
  expect(await cancelled).toBe(true);
}
