import { Task, TaskExecutor, type PersistenceMode } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import Database from "better-sqlite3";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { integrityOf } from "./fixtures/integrity-of.ts";
import { resultOf, startChild } from "./fixtures/run-child.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const LOCKED_MS = 2_000;
const MODES: readonly PersistenceMode[] = ["record", "strict"];

const folder = temporaryFolder();
const newTask = (id: string): Task => new Task({ id, type: "sample", payload: null });

describe.each(MODES)("a ledger that another process holds locked (%s)", (persistence) => {
  it("for two seconds is waited for, and nobody is told anything", async () => {
    const path = join(folder, `slow-${persistence}.db`);
    const store = new SqliteStore(path);
    const executor = TaskExecutor.empty({ store, persistence });
    let lock: Promise<unknown> | undefined;
    executor.register("sample", async ({ task }) => {
      if (task.id !== "slow") return;
      const holder = startChild("hold-lock.ts", [path, String(LOCKED_MS)]);
      lock = resultOf(holder);
      if (holder.stdout) await once(holder.stdout, "data");
    });
    const events: string[] = [];
    executor.events.subscribe(({ task, type }) =>
      events.push(`${task.id} ${type} ${store.tasks.get(task.id)?.status}`),
    );
    const began = performance.now();
    await executor.execute(newTask("slow"));
    expect(performance.now() - began).toBeGreaterThan(LOCKED_MS / 2);
    await executor.execute(newTask("next"));
    expect(events).toEqual([
      "slow started running",
      "slow succeeded done",
      "next started running",
      "next succeeded done",
    ]);
    expect(executor.persistenceErrorCount).toBe(0);
    expect(await lock).toMatchObject({ code: 0, stderr: "" });
    await executor.close();
    store.close();
    expect(integrityOf(path)).toBe("ok");
  });

  it("for longer than it may wait is told, and work goes on when it is free", async () => {
    const path = join(folder, `locked-${persistence}.db`);
    const store = new SqliteStore(path, { busyTimeoutMs: 50 });
    const executor = TaskExecutor.empty({ store, persistence });
    executor.register("sample", () => undefined);
    await executor.execute(newTask("before"));
    const lock = new Database(path);
    lock.exec("BEGIN IMMEDIATE");
    const task = newTask("amid");
    const executed = executor.execute(task).catch((error: unknown) => (error as Error).message);
    if (persistence === "record") expect(await executed).toMatchObject({ status: "done" });
    else expect(await executed).toMatch(/another process holds it locked; try again, or wait longer/);
    expect(task.status).toBe(persistence === "record" ? "done" : "pending");
    expect(executor.persistenceErrors[0]?.message).toMatch(/another process holds it locked/);
    lock.exec("COMMIT");
    lock.close();
    if (persistence === "record") store.tasks.save(task);
    else await executor.execute(task);
    expect(store.tasks.get("amid")?.status).toBe("done");
    await executor.close();
    store.close();
    expect(integrityOf(path)).toBe("ok");
  });
});
