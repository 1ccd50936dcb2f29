import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Task } from "@ttasks/core";
import { describe, expect, it } from "vitest";
import { createBench, filesWith, hasRuntime, hermeticEnv, temporaryFolder, whereItRuns } from "./fixtures/bench.ts";
import { canCount, Census } from "./fixtures/census.ts";
import type { Saying } from "./fixtures/model-formats.ts";
import { ModelServer, type Fault, type ModelRequest } from "./fixtures/model-server.ts";

/** A model that runs the command that it is told, and then says that it is done, or goes on thinking. */
function runsCommand({ prompt, toolResults }: ModelRequest): Saying | Fault {
  if (toolResults.length > 0) return prompt.includes("think") ? { fault: "hangs" } : { text: "done" };
  const [, mode, command] = /^(\w+): ([^]*)$/.exec(prompt)!;
  const how = { sync: {}, async: { mode: "async" }, detached: { mode: "async", detach: true } }[mode!];
  return { tool: { name: "bash", arguments: { command, description: "a step", ...how } } };
}

const STUBBORN = "trap '' TERM; while :; do sleep 1; done";
const FAMILY = "sleep 97 & (sleep 98; true) & nohup sleep 99 >/dev/null 2>&1 & echo started; sleep 96";

const tools = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.includes("--headless"));

const where = canCount ? whereItRuns : " (skipped: processes can be found on Linux only)";

describe.skipIf(!hasRuntime || !canCount)(`what the tools of an agent have started${where}`, () => {
  it.each([
    ["a command with a family", `sync: ${FAMILY}`],
    ["a command that ignores SIGTERM", `sync: ${STUBBORN}`],
    ["a command in the background", "async: sleep 95"],
    ["a detached command", "detached: sleep 94; true # and think"],
  ])("is gone when the task was cancelled: %s", async (_what, order) => {
    const { executor, census } = await createBench(runsCommand);
    const task = Task.agent(order);
    const ended = executor.execute(task).catch((error: unknown) => error);
    await census.until((lines) => tools(lines).some((line) => /sleep \d/.test(line)));
    await sleep(100);
    await executor.cancel(task);
    expect(tools(census.take())).toEqual([]);
    expect(await ended).toMatchObject({ name: "AbortError" });
  });

  it.each([
    ["in the background", "sync: sleep 93 & sleep 92 >/dev/null 2>&1 & echo started"],
    ["detached", "detached: sleep 90; true"],
    ["in a session of its own", "sync: setsid sleep 89 >/dev/null 2>&1 & echo started"],
  ])("is gone when the task has succeeded, also what it left %s", async (_how, order) => {
    const { executor, census } = await createBench(runsCommand);
    const task = Task.agent(order);
    await executor.execute(task);
    expect(task.isDone).toBe(true);
    expect(tools(census.take())).toEqual([]);
  });

  it("is gone when the task timed out, while that of another task lives on", async () => {
    const { executor, census } = await createBench(runsCommand);
    const other = Task.agent("sync: sleep 91");
    const otherEnded = executor.execute(other).catch((error: unknown) => error);
    await census.until((lines) => tools(lines).some((line) => line.endsWith("sleep 91")));
    const stubborn = Task.agent(`sync: ${STUBBORN}`, { timeoutMs: 1_500 });
    await expect(executor.execute(stubborn)).rejects.toMatchObject({ name: "TimeoutError" });
    const left = tools(census.take());
    expect(left.filter((line) => line.includes("trap"))).toEqual([]);
    expect(left.filter((line) => line.includes("sleep 91"))).not.toEqual([]);
    await executor.cancel(other);
    await otherEnded;
    expect(tools(census.take())).toEqual([]);
  });

  it("is gone when the runtime was killed in the middle of the turn, and the next task works", async () => {
    const { executor, census, home } = await createBench((request) =>
      request.prompt === "Hello?" ? { text: "hello" } : runsCommand(request),
    );
    const task = Task.agent(`sync: echo SECRET; ${STUBBORN}`);
    const ended = executor.execute(task).catch((error: unknown) => error);
    await census.until((lines) => tools(lines).some((line) => line.includes("trap")));
    const killedAt = performance.now();
    process.kill(census.runtime!, "SIGKILL");
    expect(await ended).toMatchObject({ message: expect.stringContaining("the Copilot runtime was lost") as string });
    expect(performance.now() - killedAt).toBeLessThan(5_000);
    expect((await executor.execute(Task.agent("Hello?"))).output).toBe("hello");
    await executor.close();
    expect(census.take()).toEqual([]);
    expect(filesWith(home, "SECRET")).toEqual([]);
  });

  it.each(["exit", "SIGINT", "SIGTERM", "SIGHUP"])(
    "does not outlive this process, nor does the runtime (%s)",
    async (how) => {
      const server = await ModelServer.start(runsCommand);
      const census = new Census();
      const home = temporaryFolder();
      const program = fileURLToPath(new URL("fixtures/parent.ts", import.meta.url));
      const env = {
        ...hermeticEnv(home),
        ...census.env,
        MODEL_SERVER: server.origin,
        HOW: how,
        ORDER: `sync: ${FAMILY}; ${STUBBORN}`,
      };
      const parent = spawn(process.execPath, ["--conditions=source", "--import", "tsx", program], {
        env: { ...process.env, ...env },
        stdio: ["pipe", "ignore", "inherit"],
      });
      const exit = new Promise((resolve) => parent.on("exit", (code, signal) => resolve(signal ?? code)));
      await census.until((lines) => lines.some((line) => line.endsWith("sleep 96")), 20_000);
      if (how === "exit") parent.stdin.end("exit\n");
      else parent.kill(how as NodeJS.Signals);
      expect(await exit).toBe(how === "exit" ? 0 : how);
      await census.until((lines) => lines.length === 0, 3_000);
      expect(filesWith(home, "sleep 96")).toEqual([]);
      await server.stop();
    },
  );
});
