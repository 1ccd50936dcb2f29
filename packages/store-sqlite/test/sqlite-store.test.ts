import { StoreError, Task, TaskExecutor, TaskGraph } from "@ttasks/core";
import { SqliteStore, type SqliteDatabase, type SqliteOptions } from "@ttasks/store-sqlite";
import Database from "better-sqlite3";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const folder = temporaryFolder();
const open: SqliteStore[] = [];
let made = 0;

function newPath(): string {
  return join(folder, `${made++}.db`);
}

function opened(target: string | SqliteDatabase = newPath(), options?: SqliteOptions): SqliteStore {
  const store = new SqliteStore(target, options);
  open.push(store);
  return store;
}

function pragmaOf(database: Database.Database, name: string): unknown {
  return database.pragma(name, { simple: true });
}

afterEach(() => {
  for (const store of open.splice(0)) store.close();
});

describe("opening and closing", () => {
  it("a ledger keeps tasks and graphs from one store to the next", () => {
    const path = newPath();
    const first = opened(path);
    const graph = new TaskGraph({ title: "release" });
    const build = graph.add(Task.bash("make"));
    graph.add(Task.bash("make test"), { after: [build], finally: true, required: false });
    first.graphs.save(graph);
    first.close();
    const second = opened(path);
    expect(second.graphs.get(graph.id)?.toJSON()).toEqual(graph.toJSON());
    expect(second.tasks.find().map((task) => task.toJSON())).toEqual(graph.tasks.map((task) => task.toJSON()));
  });

  it("a store tells the path of its ledger", () => {
    const path = newPath();
    expect(opened(path).path).toBe(path);
    expect(opened(":memory:").path).toBe(":memory:");
  });

  it("a ledger in memory ends with its store", () => {
    const store = opened(":memory:");
    store.tasks.save(Task.bash("make"));
    expect(store.tasks.size).toBe(1);
    store.close();
    expect(opened(":memory:").tasks.size).toBe(0);
  });

  it("a closed store says that it is closed, and may be closed again", async () => {
    const path = newPath();
    const store = opened(path);
    const task = Task.bash("make");
    store.tasks.save(task);
    const walk = store.tasks.values();
    store.close();
    store.close();
    for (const use of [
      () => store.tasks.get(task.id),
      () => store.tasks.size,
      () => [...store.tasks.keys()],
      () => [...walk],
      () => store.graphs.find(),
    ])
      expect(use).toThrow(new StoreError("store_failed", `Cannot read the ledger "${path}": it is closed`));
    task.title = "other";
    const closed = new StoreError("store_failed", `Cannot write the ledger "${path}": it is closed`);
    expect(() => store.tasks.save(task)).toThrow(closed);
    expect(() => store.tasks.clear()).toThrow(closed);
    await expect(store.record(task)).rejects.toThrow(closed);
  });

  it("closing commits first what the executor has recorded", async () => {
    const path = newPath();
    const store = opened(path);
    const task = Task.bash("make");
    const recorded = store.record(task);
    store.close();
    await recorded;
    expect(opened(path).tasks.has(task)).toBe(true);
  });

  it("a store is disposed of by closing it", () => {
    const store = opened();
    store[Symbol.dispose]();
    expect(() => store.tasks.size).toThrow(/it is closed/);
  });
});

describe("the database of a store", () => {
  it("is in write-ahead mode, flushes every commit and holds foreign keys", () => {
    const database = new Database(newPath());
    opened(database);
    expect(pragmaOf(database, "journal_mode")).toBe("wal");
    expect(pragmaOf(database, "synchronous")).toBe(2);
    expect(pragmaOf(database, "foreign_keys")).toBe(1);
  });

  it("flushes less often with normal durability", () => {
    const database = new Database(newPath());
    opened(database, { durability: "normal" });
    expect(pragmaOf(database, "synchronous")).toBe(1);
  });

  it("has strict tables only", () => {
    const database = new Database(":memory:");
    opened(database);
    const tables = database.prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").all() as {
      name: string;
      strict: number;
    }[];
    expect(tables.filter(({ name, strict }) => !name.startsWith("sqlite_") && strict !== 1)).toEqual([]);
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["tasks", "graphs", "graph_tasks", "documents"]),
    );
  });

  it("stays open after the store when it was given", () => {
    const database = new Database(newPath());
    const store = opened(database);
    store.tasks.save(Task.bash("make"));
    store.close();
    expect(() => store.tasks.size).toThrow(/it is closed/);
    expect(database.open).toBe(true);
    expect(opened(database).tasks.size).toBe(1);
    database.close();
    expect(() => opened(database)).toThrow(/it is closed/);
  });

  it("may give big integers", () => {
    const database = new Database(":memory:");
    database.defaultSafeIntegers();
    const store = opened(database);
    const graph = new TaskGraph({ title: "release" });
    graph.add(Task.bash("make"));
    store.graphs.save(graph);
    store.tasks.save(Task.bash("make"));
    expect(store.tasks.find({ type: "bash", limit: 3 })).toHaveLength(2);
    expect(store.tasks.size).toBe(2);
    expect(store.graphs.get(graph.id)?.tasks).toHaveLength(1);
  });

  it("is not written inside a transaction of its owner, whose end would decide about it", () => {
    const database = new Database(newPath());
    const store = opened(database);
    const task = Task.bash("make");
    database.exec("BEGIN");
    expect(() => store.tasks.save(task)).toThrow(/its database is in a transaction of its own; end that first/);
    expect(store.tasks.find()).toEqual([]);
    database.exec("COMMIT");
    store.tasks.save(task);
    expect(store.tasks.has(task)).toBe(true);
  });

  it("is refused when it belongs to another application, and stays as it is", () => {
    const database = new Database(newPath());
    database.exec("CREATE TABLE customers (name TEXT)");
    expect(() => new SqliteStore(database)).toThrow(/a database of another application/);
    expect(pragmaOf(database, "journal_mode")).toBe("delete");
    expect(pragmaOf(database, "user_version")).toBe(0);
    database.close();
  });
});

describe("a full disk", () => {
  it("is a StoreError, and leaves nothing half-written", async () => {
    const database = new Database(newPath());
    const store = opened(database);
    const kept = Task.bash("first");
    store.tasks.save(kept);
    database.pragma(`max_page_count = ${Number(pragmaOf(database, "page_count")) + 20}`);
    const graph = new TaskGraph({ title: "too large" });
    for (let index = 0; index < 2_000; index++) graph.add(Task.bash(`echo ${index}`));
    expect(() => store.graphs.save(graph)).toThrow(
      /Cannot write the ledger ".*": the disk is full and nothing of this was written; free some space and save again \(SQLITE_FULL: /,
    );
    expect(store.tasks.size).toBe(1);
    expect(store.graphs.size).toBe(0);
    const large = Task.bash("x".repeat(1_000_000));
    expect(() => store.tasks.save(large)).toThrow(expect.objectContaining({ code: "store_failed" }));
    await expect(store.record(large)).rejects.toThrow(/the disk is full/);
    database.pragma("max_page_count = 1000000");
    store.graphs.save(graph);
    await store.record(large);
    expect(store.tasks.size).toBe(2_002);
    expect(pragmaOf(database, "integrity_check")).toBe("ok");
    database.close();
  });
});

describe("documents that are hard to store", () => {
  const NASTY = [
    'it\'s "quoted"; DROP TABLE tasks; --',
    "a\0b",
    "a\0c",
    "👩‍👩‍👧 é 漢",
    "\ud800 half",
    "\udc00 half",
    "\ufffd half",
  ];

  it("ids, types, titles and payloads of any text come back as they were", () => {
    const path = newPath();
    const store = opened(path);
    const tasks = NASTY.map((text) => new Task({ id: text, type: text, title: text, payload: { [text]: text } }));
    const graph = new TaskGraph({ id: NASTY[4] ?? "", title: NASTY[1] ?? "" });
    tasks.forEach((task, index) => graph.add(task, { after: tasks.slice(0, index) }));
    store.graphs.save(graph);
    store.close();
    const again = opened(path);
    expect([...again.tasks.keys()]).toEqual(NASTY);
    for (const task of tasks) {
      expect(again.tasks.get(task.id)?.toJSON()).toEqual(task.toJSON());
      expect(again.tasks.find({ type: task.type }).map(({ id }) => id)).toEqual([task.id]);
    }
    expect(again.graphs.get(graph.id)?.toJSON()).toEqual(graph.toJSON());
  });

  it("large outputs are kept beside the JSON, equal ones once", async () => {
    const path = newPath();
    const store = opened(path);
    const output = "\0".repeat(4 * 1024 * 1024);
    const stderr = `${"é👍".repeat(100_000)}\n`;
    const executor = TaskExecutor.empty({ store });
    executor.register("flood", () => ({ output, list: [stderr, "short", stderr], lone: `${stderr}\ud800` }));
    const task = new Task({ type: "flood", payload: { script: output.slice(0, 70_000) } });
    await executor.execute(task);
    expect(store.tasks.get(task.id)?.toJSON()).toEqual(task.toJSON());
    store.close();
    expect(opened(path).tasks.get(task.id)?.toJSON()).toEqual(task.toJSON());
    const database = new Database(path, { readonly: true });
    const row = database
      .prepare("SELECT length(CAST(document AS BLOB)) AS json, length(CAST(texts AS BLOB)) AS texts FROM tasks")
      .get();
    database.close();
    const bytes = Buffer.byteLength(output) + Buffer.byteLength(stderr) + 70_000;
    expect(row).toEqual({ json: expect.any(Number) as number, texts: bytes });
    expect((row as { json: number }).json).toBeLessThan(2 * Buffer.byteLength(stderr));
  });

  it("a large error that is the standard error once more is kept once", () => {
    const store = opened(":memory:");
    const text = "no such file\n".repeat(10_000);
    const task = Task.fromJSON({
      ...Task.bash("make").toJSON(),
      status: "failed",
      result: { status: "failed", startedAt: 1, finishedAt: 2, durationMs: 1, error: text, stderr: text },
    });
    store.tasks.save(task);
    expect(store.tasks.get(task.id)?.result).toMatchObject({ error: text, stderr: text });
  });
});

describe("bad arguments of a store", () => {
  it.each([
    ["", 'Expected `path` to be the path of a file or ":memory:", got `` (string)'],
    [" ", 'Expected `path` to be the path of a file or ":memory:", got ` ` (string)'],
    [
      undefined,
      "Expected `path` to be the path of a file or an open better-sqlite3 database, got `undefined` (undefined)",
    ],
    [7, "Expected `path` to be the path of a file or an open better-sqlite3 database, got `7` (number)"],
    [{}, "Expected `path` to be the path of a file or an open better-sqlite3 database, got an object"],
  ])("the path %j is refused", (path, message) => {
    expect(() => new SqliteStore(path as string)).toThrow(new TypeError(message));
  });

  it("a path with a NUL character is refused", () => {
    expect(() => new SqliteStore("a\0b")).toThrow(TypeError);
  });

  it.each([
    [{ durability: "fast" }, 'Expected `durability` to be "full" or "normal", got `fast` (string)'],
    [
      { busyTimeoutMs: -1 },
      "Expected `busyTimeoutMs` to be a number of milliseconds from 0 to 2147483647, got `-1` (number)",
    ],
    [
      { busyTimeoutMs: NaN },
      "Expected `busyTimeoutMs` to be a number of milliseconds from 0 to 2147483647, got `NaN` (number)",
    ],
    [{ timeout: 5 }, "Unknown option `timeout` of SqliteStore; it takes durability, busyTimeoutMs"],
    [null, "Expected `options` to be an object, got `null` (object)"],
  ])("the options %j are refused", (options, message) => {
    expect(() => new SqliteStore(":memory:", options as SqliteOptions)).toThrow(new TypeError(message));
  });
});
