import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { canListProcesses, processEntry } from "@ttasks/node-support";
import { SqliteStore } from "@ttasks/store-sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recover, release, Task, TaskExecutor } from "ttasks";
import { KilledProgram, PROGRAM } from "./fixtures/killed-program.ts";

/** Background jobs, grandchildren, a group of its own, and one that does not end by SIGTERM at once. */
const TREE = `
sleep 300 &
(sleep 301; true) &
bash -c 'bash -c "sleep 302; true" & wait' &
bash -c 'trap "sleep 0.2; exit" TERM; sleep 303 & wait' &
set -m
sleep 304 &
set +m
wait
`;
const TREE_SIZE = 10;

let folder = "";
let ledger = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ttasks-recover-"));
  ledger = path.join(folder, "ttasks.db");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What became of each task of the program, by its id. */
async function recovered(file = ledger): Promise<Record<string, string>> {
  using store = new SqliteStore(file);
  const { tasks } = await recover(store);
  return Object.fromEntries(tasks.map(({ taskId, outcome, process: fate }) => [taskId, `${outcome}, ${fate}`]));
}

describe.skipIf(!canListProcesses())("recovery after kill -9 (skipped: /proc cannot be read here)", () => {
  it("ends what the shell task has left, holds it, has the prompt tried again, and leaves everything else alone", async () => {
    const bystander = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    const program = new KilledProgram(ledger, TREE, "noted");
    await program.says("noted");
    await program.untilCount(TREE_SIZE);
    await program.kill();
    expect(program.left().length).toBeGreaterThanOrEqual(TREE_SIZE);

    using store = new SqliteStore(ledger);
    const [lease] = store.leases.find();
    const recovery = await recover(store);

    expect(recovery.tasks).toMatchObject([
      { taskId: "shell", title: "shell", attempt: 1, outcome: "hold", process: "ended" },
      { taskId: "prompt", title: "prompt", attempt: 1, outcome: "retry", process: "none" },
    ]);
    expect(recovery.executors).toEqual([lease!.id]);
    expect(recovery.runs).toHaveLength(1);
    expect(program.left()).toEqual([]);
    expect(processEntry(bystander.pid!)).toBeDefined();
    expect(store.tasks.get("shell")?.attempts).toMatchObject([{ status: "interrupted" }]);
    expect(store.leases.find()).toEqual([]);
    bystander.kill("SIGKILL");
  });

  it("goes on with the graph from where it was, once what is held is released", async () => {
    const payload = `test -e ${folder}/second && echo again || { touch ${folder}/second; sleep 300; }`;
    const program = new KilledProgram(ledger, payload, "noted");
    await program.says("noted");
    await program.kill();
    await recovered();
    using store = new SqliteStore(ledger);
    const graph = store.graphs.get("graph")!;
    const executor = new TaskExecutor({ store, handlers: { prompt: () => "nothing" } });
    await graph.resume(executor);
    expect(graph.ok).toBe(false);
    expect(graph.explain(graph.tasks[0]!).kind).toBe("held");
    expect(graph.tasks.filter((task) => release(task)).map(({ id }) => id)).toEqual(["shell"]);
    await graph.resume(executor);
    expect(graph.tasks.map(({ result }) => result?.output)).toEqual(["again\n", "nothing", "after\n"]);
    expect(graph.runs.map(({ status }) => status)).toEqual(["interrupted", "failed", "done"]);
    await executor.close();
  });

  it("ends a shell task whose process was not noted yet", async () => {
    const program = new KilledProgram(ledger, TREE, "unnoted");
    await program.ended();
    expect(await recovered()).toMatchObject({ shell: "hold, ended" });
    expect(program.left()).toEqual([]);
  });

  it("leaves no process behind, whenever it came", async () => {
    for (let round = 0; round < 6; round++) {
      const file = path.join(folder, `${round}.db`);
      const program = new KilledProgram(file, TREE, "noted");
      await program.says("ready");
      await sleep(round * 20);
      await program.kill();
      await recovered(file);
      expect(program.left()).toEqual([]);
    }
  });

  it("ends the processes of a program that the shell task has run, also when that was killed as well", async () => {
    const inner = path.join(folder, "inner.db");
    const words = [process.execPath, ...PROGRAM, inner, "sleep 400 & sleep 401; true", "noted"];
    const payload = `${words.map((word) => `'${word}'`).join(" ")} & echo $! >${folder}/pid; wait`;
    const program = new KilledProgram(ledger, payload, "noted");
    using innerStore = new SqliteStore(inner);
    const isNoted = (): boolean => innerStore.tasks.get("shell")?.attempts.at(-1)?.process !== undefined;
    await expect.poll(isNoted, { timeout: 20_000 }).toBe(true);
    await program.kill();
    process.kill(Number(readFileSync(path.join(folder, "pid"), "utf8")), "SIGKILL");
    expect(program.left().length).toBeGreaterThanOrEqual(3);
    expect(await recovered()).toMatchObject({ shell: "hold, ended" });
    expect(program.left()).toEqual([]);
    expect(await recovered(inner)).toMatchObject({ shell: "hold, gone" });
  });

  it("leaves alone what only has the number of the process by now, and does not run the task again", async () => {
    const program = new KilledProgram(ledger, "exec env -u TTASKS_ATTEMPT sleep 300", "noted");
    await program.says("noted");
    await program.kill();
    {
      using store = new SqliteStore(ledger);
      const document = store.tasks.get("shell")!.toJSON();
      const { pid, start } = document["process"] as { pid: number; start: string };
      const process = { pid, start: start.replace(/\d+$/, (ticks) => String(Number(ticks) - 1)) };
      store.tasks.save(Task.fromJSON({ ...document, process, onInterrupted: "retry" }));
    }
    expect(await recovered()).toMatchObject({ shell: "hold, unknown" });
    expect(program.left()).toHaveLength(1);
    process.kill(program.left()[0]!, "SIGKILL");
  });

  it("leaves a daemon alone that the shell task has started by setsid", async () => {
    const program = new KilledProgram(ledger, "setsid sleep 300 & wait", "noted");
    await program.says("noted");
    await program.untilCount(2);
    await program.kill();
    expect(await recovered()).toMatchObject({ shell: "hold, ended" });
    expect(program.left()).toHaveLength(1);
    process.kill(program.left()[0]!, "SIGKILL");
  });

  it("leaves a program alone that lives", async () => {
    const program = new KilledProgram(ledger, TREE, "noted");
    await program.says("noted");
    expect(await recovered()).toEqual({});
    expect(program.left().length).toBeGreaterThan(0);
    await program.kill();
    expect(await recovered()).toMatchObject({ shell: "hold, ended" });
  });
});

describe.skipIf(!canListProcesses())("a cancel that is requested of another process", () => {
  it("stops the task there, with all that it has started, soon", async () => {
    const program = new KilledProgram(ledger, TREE, "noted");
    await program.says("noted");
    await program.untilCount(TREE_SIZE);
    using store = new SqliteStore(ledger);
    const asked = performance.now();
    expect(store.tasks.requestCancel("shell")).toBe(true);
    while (program.left().length >= TREE_SIZE) await sleep(5);
    // It is looked for twice a second; the rest is for a machine that is busy.
    expect(performance.now() - asked).toBeLessThan(5_000);
    while (store.tasks.get("shell")?.isRunning === true) await sleep(20);
    expect(store.tasks.get("shell")).toMatchObject({ status: "cancelled", error: 'Task "shell" was cancelled' });
    await program.kill();
    // What runs the program's TypeScript ends with it; a process of the task would go on.
    while (program.left().length > 0) await sleep(20);
  });
});
