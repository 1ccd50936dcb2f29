import { Task } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import Database from "better-sqlite3";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resultOf, startChild } from "./fixtures/run-child.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const folder = temporaryFolder();
const COUNT = 1_500;

describe("a ledger and several processes", () => {
  it("two processes that open a new file and write to it at once lose nothing", async () => {
    const path = join(folder, "shared.db");
    const names = ["left", "right"];
    const results = await Promise.all(
      names.map((name) => resultOf(startChild("write-records.ts", [path, name, String(COUNT)]))),
    );
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(names.map(() => ({ code: 0, stderr: "" })));
    const store = new SqliteStore(path);
    const ids = new Set(store.tasks.keys());
    expect(ids.size).toBe(2 * COUNT);
    expect(store.tasks.count({ status: "running" })).toBe(2 * COUNT);
    for (const name of names) expect(ids.has(`${name}-${COUNT - 1}`)).toBe(true);
    store.close();
  }, 120_000);

  it("a process that is killed has left every record that it knew to be saved", async () => {
    const path = join(folder, "killed.db");
    const child = startChild("write-records.ts", [path, "w", "1000000"]);
    let lines = 0;
    child.stdout?.on("data", (chunk: string | Buffer) => {
      lines += String(chunk).split("\n").length - 1;
      if (lines > 500) child.kill("SIGKILL");
    });
    const { stdout } = await resultOf(child);
    expect(child.signalCode).toBe("SIGKILL");
    const saved = stdout.split("\n").slice(0, -1);
    expect(saved.length).toBeGreaterThan(500);
    const store = new SqliteStore(path);
    for (const id of saved) expect(store.tasks.get(id)?.status).toBe("running");
    // One more may have been saved and not yet printed.
    expect(store.tasks.size - saved.length).toBeOneOf([0, 1]);
    store.close();
    const database = new Database(path);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    database.close();
  }, 120_000);

  it("a store sees at once what another one has saved", () => {
    const path = join(folder, "both.db");
    const one = new SqliteStore(path);
    const other = new SqliteStore(path);
    const task = Task.bash("make");
    one.tasks.save(task);
    expect(other.tasks.get(task.id)?.toJSON()).toEqual(task.toJSON());
    one.close();
    other.close();
  });

  it("a store that has a stale state of a task does not record over the newer one", async () => {
    const path = join(folder, "stale.db");
    const one = new SqliteStore(path);
    const other = new SqliteStore(path);
    const mine = Task.bash("make");
    one.tasks.save(mine);
    const theirs = other.tasks.get(mine.id);
    theirs?.transitionTo("running");
    await other.record(theirs as Task);
    mine.transitionTo("cancelled");
    await expect(one.record(mine)).rejects.toThrow(expect.objectContaining({ code: "stale_revision" }));
    expect(one.tasks.get(mine.id)?.status).toBe("running");
    one.close();
    other.close();
  });

  it("a lock that is held too long is a StoreError that says so", () => {
    const path = join(folder, "locked.db");
    const holder = new SqliteStore(path);
    holder.tasks.save(Task.bash("first"));
    const lock = new Database(path);
    lock.exec("BEGIN IMMEDIATE");
    const store = new SqliteStore(path, { busyTimeoutMs: 50 });
    expect(store.tasks.size).toBe(1);
    const save = (): void => store.tasks.save(Task.bash("second"));
    expect(save).toThrow(
      `Cannot write the ledger "${path}": another process holds it locked; try again, or wait longer with \`busyTimeoutMs\` (SQLITE_BUSY: database is locked)`,
    );
    expect(save).toThrow(expect.objectContaining({ code: "store_failed", cause: expect.any(Database.SqliteError) }));
    lock.exec("COMMIT");
    save();
    expect(store.tasks.size).toBe(2);
    for (const one of [lock, store, holder]) one.close();
  });

  it("a writer waits for a lock as long as it may", async () => {
    const path = join(folder, "waiting.db");
    new SqliteStore(path).close();
    const holder = startChild("hold-lock.ts", [path, "400"]);
    const ended = resultOf(holder);
    if (holder.stdout) await once(holder.stdout, "data");
    const store = new SqliteStore(path);
    store.tasks.save(Task.bash("make"));
    expect(store.tasks.size).toBe(1);
    store.close();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });
});
