import { Task, TaskExecutor, type HandlerContext } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import { VirtualClock } from "@ttasks/testkit";
import Database from "better-sqlite3";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { resultOf, startChild } from "./fixtures/run-child.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const folder = temporaryFolder();
/** What a killed process may have printed and not yet written. */
const GRACE_MS = 100;

describe("a process that is killed while a task prints", () => {
  it.each([150, 230, 380, 520, 900])(
    "has left what was printed 100 ms before, readable by another process (killed after %i ms)",
    async (aliveMs) => {
      const path = join(folder, `killed-${aliveMs}.db`);
      const child = startChild("print-until-killed.ts", [path, "printing"]);
      const ended = resultOf(child);
      if (child.stdout) await once(child.stdout, "data");
      await setTimeout(aliveMs);
      child.kill("SIGKILL");
      const { stdout } = await ended;
      expect(child.signalCode).toBe("SIGKILL");
      // The kill may have cut off the last one.
      const printed = stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => line.split(" ").map(Number));
      const lastTime = printed.at(-1)?.[1] ?? 0;
      const due = printed.filter(([, time = 0]) => time < lastTime - GRACE_MS).map(([line]) => `line ${line}`);
      expect(due.length).toBeGreaterThan(0);
      const store = new SqliteStore(path);
      const kept = store.logs
        .read("printing")
        .map(({ text }) => text)
        .join("")
        .split("\n");
      expect(kept.slice(0, due.length)).toEqual(due);
      expect(store.tasks.get("printing")?.status).toBe("running");
      store.close();
      const database = new Database(path);
      expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
      database.close();
    },
    30_000,
  );
});

it("a second process follows the log of a running task live, to the end of its attempt", async () => {
  const path = join(folder, "followed.db");
  const store = new SqliteStore(path);
  const task = new Task({ type: "printing", payload: null });
  store.tasks.save(task);
  const follower = startChild("follow-log.ts", [path, task.id]);
  const ended = resultOf(follower);
  let told = "";
  const hasTold = async (text: string): Promise<void> => {
    while (!told.includes(text)) await once(follower.stdout!, "data");
  };
  follower.stdout?.on("data", (chunk: string | Buffer) => (told += String(chunk)));
  await hasTold("following");
  const executor = TaskExecutor.empty({ store }).register("printing", async ({ output }) => {
    for (const text of ["one", "two", "three"]) {
      output(`${text}\n`);
      // It goes on when the other process has seen the line.
      await hasTold(text);
    }
    output("last words\n", "stderr");
  });
  await executor.execute(task);
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([0, ""]);
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    "following",
    ["stdout", "one\n"],
    ["stdout", "two\n"],
    ["stdout", "three\n"],
    ["stderr", "last words\n"],
    "done",
  ]);
  store.close();
}, 60_000);

type Print = (context: HandlerContext, clock: VirtualClock) => Promise<unknown>;

/** How large the file is behind a task that prints. */
async function sizeAfter(name: string, print: Print, maxLogBytes?: number): Promise<number> {
  const path = join(folder, `${name}-${maxLogBytes}.db`);
  const store = new SqliteStore(path, { durability: "normal" });
  const clock = new VirtualClock();
  const executor = TaskExecutor.empty({ store, clock, maxLogBytes });
  executor.register("printing", (context) => print(context, clock).then(() => "done"));
  const task = new Task({ type: "printing", payload: null });
  await executor.execute(task);
  expect(store.logs.read(task.id).length > 0).toBe(maxLogBytes !== 0);
  expect(executor.persistenceErrors).toEqual([]);
  store.close();
  return statSync(path).size;
}

/** Prints so many chunks; each `every` of them are written together. */
const chunks =
  (count: number, every: number, make: (index: number) => Parameters<HandlerContext["output"]>): Print =>
  async ({ output }, clock) => {
    for (let index = 1; index <= count; index++) {
      output(...make(index));
      if (index % every !== 0) continue;
      await clock.advance(100);
      await setImmediate();
    }
  };

const MiB = 2 ** 20;
const block = Buffer.alloc(65_536);
const binary = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 7_919) % 256));

describe("the file of a ledger", () => {
  it.each<[string, Print]>([
    ["100 MB of control characters", chunks(1_526, 100, () => [block])],
    ["100 MB of what is no text", chunks(1_526, 300, () => [binary])],
    [
      "100,000 characters, each on the other stream",
      chunks(100_000, 5_000, (index) => [".", index % 2 ? "stdout" : "stderr"]),
    ],
    [
      "short lines, each written on its own",
      chunks(12_000, 1, (index) => [`line ${index}: ${"x".repeat(index % 200)}\n`]),
    ],
  ])(
    "grows by no more than maxLogBytes for a task that prints %s",
    async (name, print) => {
      const without = await sizeAfter(name, print, 0);
      for (const maxLogBytes of [undefined, 100_000]) {
        const size = await sizeAfter(name, print, maxLogBytes);
        expect(size - without).toBeLessThanOrEqual(maxLogBytes ?? MiB);
      }
    },
    120_000,
  );

  it("has nothing left of the logs of tasks that were deleted, cleared away or pruned", async () => {
    const path = join(folder, "emptied.db");
    const store = new SqliteStore(path);
    const executor = TaskExecutor.empty({ store }).register("printing", ({ output }) => output("printed"));
    const removals: readonly ((task: Task) => unknown)[] = [
      (task) => store.tasks.delete(task),
      () => store.tasks.clear(),
      () => store.prune({ olderThan: new Date(Date.now() + 1_000) }),
    ];
    for (const remove of removals) {
      const task = new Task({ type: "printing", payload: null });
      await executor.execute(task);
      const database = new Database(path);
      const count = database.prepare("SELECT count(*) FROM logs").pluck();
      expect(count.get()).toBe(1);
      remove(task);
      expect(count.get()).toBe(0);
      database.close();
    }
    store.close();
  });
});
