import { Task, TaskExecutor } from "@ttasks/core";
import { SqliteStore, type Durability } from "@ttasks/store-sqlite";
import Database from "better-sqlite3";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { bundleFixture } from "./fixtures/bundle-fixture.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const GROUPS = 10;
const GROUP_SIZE = 50;

const folder = temporaryFolder();
const newTask = (): Task => new Task({ type: "sample", payload: null });

describe("what is recorded in one turn of the event loop", () => {
  const statements: string[] = [];
  const open: SqliteStore[] = [];

  /** A store whose statements are noted by their first word, from now on. */
  function notedStore(): SqliteStore {
    const note = (sql: unknown): void => void statements.push(/^\w+/.exec(String(sql))?.[0] ?? "");
    const store = new SqliteStore(new Database(":memory:", { verbose: note }));
    open.push(store);
    statements.length = 0;
    return store;
  }

  const countOf = (word: string): number => statements.filter((statement) => statement === word).length;

  afterEach(() => {
    for (const store of open.splice(0)) store.close();
  });

  it("is one transaction, with one statement for each task", async () => {
    const store = notedStore();
    for (let group = 0; group < GROUPS; group++)
      await Promise.all(Array.from({ length: GROUP_SIZE }, async () => store.record(newTask())));
    expect(countOf("BEGIN")).toBe(GROUPS);
    expect(countOf("COMMIT")).toBe(GROUPS);
    expect(statements).toHaveLength(GROUPS * (GROUP_SIZE + 2));
  });

  it("is one statement without a transaction when it is one task, or recorded at once", async () => {
    const store = notedStore();
    await store.record(newTask());
    expect(statements).toHaveLength(1);
    void store.record(newTask(), { immediate: true });
    expect(statements).toHaveLength(2);
    expect(countOf("BEGIN")).toBe(0);
  });

  it("is one transaction for the starts of the tasks that an executor starts together, and one for their ends", async () => {
    const store = notedStore();
    const executor = TaskExecutor.empty({ store }).register("sample", () => "done");
    await Promise.all(Array.from({ length: GROUP_SIZE }, () => executor.execute(newTask())));
    expect(countOf("COMMIT")).toBe(2);
    expect(statements.length - countOf("BEGIN") - countOf("COMMIT")).toBe(2 * GROUP_SIZE + 1);
  });
});

const canTrace = spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status === 0;
const whereItRuns = canTrace
  ? ""
  : " (skipped: it needs strace, on Linux with the right to trace, as by apt-get install strace)";

describe.skipIf(!canTrace)(`the disk${whereItRuns}`, () => {
  let program = "";

  beforeAll(async () => {
    program = await bundleFixture("record-groups.ts", folder);
  });

  /** The names of the files that are flushed while the groups are recorded, one after the other. */
  function flushedFiles(durability: Durability): string[] {
    const trace = join(folder, `${durability}.trace`);
    const ledger = join(folder, `${durability}.db`);
    const traced = ["-f", "-y", "-e", "trace=fsync,fdatasync,write", "-o", trace, process.execPath, program];
    execFileSync("strace", [...traced, ledger, String(GROUPS), String(GROUP_SIZE), durability]);
    const [, between = ""] = readFileSync(trace, "utf8").split(/"(?:begin|end)\\n"/);
    return Array.from(between.matchAll(/\b(?:fsync|fdatasync)\(\d+<([^>]*)>/g), ([, file = ""]) => basename(file));
  }

  // Exactly one: the groups are too few for a checkpoint, which SQLite makes after 1,000 pages and which flushes the ledger's own file too.
  it("is waited for once a group with full durability", () => {
    expect(flushedFiles("full")).toEqual(Array.from({ length: GROUPS }, () => "full.db-wal"));
  });

  it("is not waited for with normal durability", () => {
    expect(flushedFiles("normal")).toEqual([]);
  });
});
