import { Task, TaskExecutor, TaskGraph, type JsonObject } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openLedger } from "../src/open-ledger.ts";
import { SqliteDriver } from "../src/sqlite-driver.ts";
import { resultOf, startChild } from "./fixtures/run-child.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const folder = temporaryFolder();
const named = (title: string): Task => new Task({ type: "any", payload: 1, title });

describe("why a task of a ledger is as it is", () => {
  it("another process is told while the graph runs, and when it has ended", async () => {
    const path = join(folder, "live.db");
    const store = new SqliteStore(path);
    const graph = new TaskGraph({ title: "release" });
    const [failed, long] = [graph.add(named("failing")), graph.add(named("long"))];
    graph.add(named("blocked"), { after: [failed] });
    graph.add(named("waiting"), { after: [long] });
    let running: Promise<unknown> | undefined;
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const started = new Promise<void>((resolve) => {
      const executor = TaskExecutor.empty({ store }).register("any", async ({ task }) => {
        if (task === failed) throw new Error("it broke");
        if (task === long) resolve();
        await gate;
      });
      running = graph.run(executor, { concurrency: 1 });
    });
    await started;
    const ask = async (): Promise<JsonObject> => {
      const child = startChild("explain-tasks.ts", [path, ...graph.tasks.map(({ id }) => id)]);
      const { stdout, stderr } = await resultOf(child);
      expect(stderr).toBe("");
      return JSON.parse(stdout) as JsonObject;
    };
    const since = long.attempts[0]!.startedAt.toISOString();
    expect(await ask()).toEqual({
      failing: ["failed", '"failing" failed: it broke.'],
      long: ["running", `"long" is running since ${since}.`],
      blocked: ["blocked", '"blocked" is blocked by "failing", which failed: it broke.'],
      waiting: ["waiting", `"waiting" waits for "long", which is running since ${since}.`],
    });
    open();
    await running;
    const { waiting } = await ask();
    expect(waiting).toEqual(["done", '"waiting" is done.']);
    store.close();
  }, 60_000);

  it("the graphs that hold a task are found among many by their rows", () => {
    const driver = new SqliteDriver(openLedger(":memory:", { durability: "full", busyTimeoutMs: 0 }));
    const put = (kind: string, id: string, tasks: readonly string[]): void => {
      const document = { id, revision: 1, tasks: tasks.map((task) => ({ id: task })) };
      driver.write([{ op: "put", kind, id, document, revision: 1 }]);
    };
    for (const kind of ["graph", "another kind"]) {
      put(kind, "g1", ["a", "b"]);
      put(kind, "g2", []);
      put(kind, "g3", ["c", "b"]);
      put(kind, "g4", ["c"]);
      const scanned = (filter: Parameters<SqliteDriver["scan"]>[1]): unknown[] =>
        Array.from(driver.scan(kind, filter), ({ id }) => id);
      expect(scanned({ task: "b" })).toEqual(["g1", "g3"]);
      expect(scanned({ task: "b", order: "desc", limit: 1 })).toEqual(["g3"]);
      expect(scanned({ task: "nobody" })).toEqual([]);
      expect(driver.count(kind, { task: "c" })).toBe(2);
    }
  });
});
