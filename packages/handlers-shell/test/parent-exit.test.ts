import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { Task, TaskExecutor } from "@ttasks/core";
import { shellHandlers } from "@ttasks/handlers-shell";
import { describe, expect, it } from "vitest";
import { canCount, census, newMarker, untilCount } from "./census.ts";
import { FAMILY_SIZE } from "./fixtures/family.ts";
import { startNode, type NodeProgram } from "./node-program.ts";

/** Starts the program and waits until all processes of its task are up. */
async function startParent(
  mode: string,
  killGraceMs = 300,
): Promise<NodeProgram & { readonly marker: ReturnType<typeof newMarker> }> {
  const marker = newMarker();
  const parent = startNode("parent.ts", [mode, String(killGraceMs)], { TTASKS_MARKER: marker.TTASKS_CENSUS });
  await untilCount(marker, FAMILY_SIZE);
  return { ...parent, marker };
}

describe.skipIf(!canCount)("no orphan: what a task has started does not outlive the parent", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s to the parent ends background processes, grandchildren, nohup and those that ignore SIGTERM, then the parent",
    async (signal) => {
      const { child, ended, marker } = await startParent("wait");
      child.kill(signal);
      const { signal: endedBy, stdout, stderr } = await ended;
      expect(census(marker)).toEqual([]);
      expect(endedBy).toBe(signal);
      expect(stdout).toContain('ended failed: Task "family": bash was ended by signal SIGTERM');
      expect(stderr).toBe("");
    },
  );

  it("a second Ctrl-C kills at once what has a long grace time", async () => {
    const { child, ended, marker } = await startParent("wait", 600_000);
    child.kill("SIGINT");
    await sleep(300);
    expect(census(marker)).not.toEqual([]);
    child.kill("SIGINT");
    const { signal } = await ended;
    expect(signal).toBe("SIGINT");
    expect(census(marker)).toEqual([]);
  });

  it("nothing new is started while the parent is ending", async () => {
    const { child, ended, marker } = await startParent("graph");
    child.kill("SIGTERM");
    const { signal } = await ended;
    expect(signal).toBe("SIGTERM");
    expect(census(marker)).toEqual([]);
  });

  it("a program that listens for SIGINT itself decides how it goes on", async () => {
    const { child, ended, marker } = await startParent("own listener");
    child.kill("SIGINT");
    const { code, signal, stdout } = await ended;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(stdout).toContain("ended cancelled");
    expect(stdout).toContain("went on");
    expect(census(marker)).toEqual([]);
  });

  it("a program whose libraries hook into its exit still ends by the signal", async () => {
    const { child, ended, marker } = await startParent("exit hook");
    child.kill("SIGINT");
    const { signal, stdout } = await ended;
    expect(signal).toBe("SIGINT");
    expect(stdout).toContain("hook ran");
    expect(census(marker)).toEqual([]);
  });

  it.each([
    ["process.exit()", "exit", 3],
    ["an error that nobody catches", "throw", 1],
  ])("%s of the parent kills everything at once", async (_what, mode, code) => {
    const { child, ended, marker } = await startParent(mode, 600_000);
    child.stdin?.write("now\n");
    expect((await ended).code).toBe(code);
    // The signal was sent before the parent ended; the system needs a moment to carry it out.
    await untilGone(marker);
    expect(census(marker)).toEqual([]);
  });
});

it("the process has listeners for signals and exit only while tasks run, and to the end of the turn in which the last one ended", async () => {
  const names = ["SIGINT", "SIGTERM", "SIGHUP", "exit"] as const;
  const counts = (): number[] => names.map((name) => process.listenerCount(name));
  const executor = new TaskExecutor({ handlers: shellHandlers() });
  await executor.execute(Task.bash("true"));
  await turn();
  const before = counts();
  const tasks = Array.from({ length: 20 }, () => Task.bash("sleep 300"));
  const runs = tasks.map((task) => executor.execute(task).catch(() => "cancelled"));
  while (process.listenerCount("SIGINT") === before[0]) await sleep(5);
  expect(counts()).toEqual(before.map((count) => count + 1));
  await Promise.all(tasks.map((task) => executor.cancel(task)));
  await Promise.all(runs);
  // A task that follows at once finds them there.
  await turn();
  expect(counts()).toEqual(before);
});

async function untilGone(marker: ReturnType<typeof newMarker>): Promise<void> {
  for (let i = 0; i < 100 && census(marker).length > 0; i++) await sleep(20);
}
