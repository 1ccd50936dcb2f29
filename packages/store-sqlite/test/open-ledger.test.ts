import { StoreError, Task } from "@ttasks/core";
import { SqliteStore, type SqliteOptions } from "@ttasks/store-sqlite";
import Database from "better-sqlite3";
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canBecomeNobody, NOBODY } from "./fixtures/nobody.ts";
import { resultOf, startChild } from "./fixtures/run-child.ts";
import { contentsOf, damage, temporaryFolder } from "./fixtures/temporary-folder.ts";

const root = temporaryFolder();
let made = 0;

/** A folder of its own for each test. */
function newFolder(): string {
  const folder = join(root, String(made++));
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  return folder;
}

function failureOf(path: string, options?: SqliteOptions): StoreError {
  try {
    new SqliteStore(path, options).close();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return error as StoreError;
  }
  throw new Error(`"${path}" was opened`);
}

/** The failure of opening `name` in the folder, which must not change by it. */
function failureThatLeavesAlone(folder: string, name: string, options?: SqliteOptions): StoreError {
  const before = contentsOf(folder);
  const failure = failureOf(join(folder, name), options);
  expect(contentsOf(folder)).toEqual(before);
  return failure;
}

function makeLedger(path: string): void {
  const store = new SqliteStore(path);
  store.tasks.save(Task.bash("make"));
  store.close();
}

describe("a file that cannot be opened as a ledger", () => {
  it.each([
    ["a text", "These are my notes, and they are longer than the header of a database. ".repeat(9)],
    ["three bytes", "abc"],
    ["a cut header", "SQLite format 3"],
  ])("%s is told to be no database and stays as it is", (_, content) => {
    const folder = newFolder();
    writeFileSync(join(folder, "notes.txt"), content);
    const { message, code } = failureThatLeavesAlone(folder, "notes.txt");
    expect(message).toBe(
      `Cannot open the ledger "${join(folder, "notes.txt")}": the file is not an SQLite database and is left as it is; choose another path`,
    );
    expect(code).toBe("store_failed");
  });

  it("the database of another application is told to be that and stays as it is", () => {
    const folder = newFolder();
    const other = new Database(join(folder, "other.db"));
    other.exec("CREATE TABLE customers (name TEXT)");
    other.close();
    const { message } = failureThatLeavesAlone(folder, "other.db");
    expect(message).toMatch(
      /other\.db": it is a database of another application, which is left as it is; choose another path$/,
    );
  });

  it.each(["application_id = 77", "user_version = 4"])(
    "an empty database with %s belongs to another application",
    (pragma) => {
      const folder = newFolder();
      const other = new Database(join(folder, "other.db"));
      other.pragma(pragma);
      other.close();
      expect(failureThatLeavesAlone(folder, "other.db").message).toMatch(/a database of another application/);
    },
  );

  it("the database of another application that crashed keeps its log", () => {
    const folder = newFolder();
    const other = new Database(join(folder, "live.db"));
    other.pragma("journal_mode = WAL");
    other.exec("CREATE TABLE customers (name TEXT); INSERT INTO customers VALUES ('Ada')");
    // A copy while the other application has it open: what a crash leaves.
    for (const name of readdirSync(folder))
      copyFileSync(join(folder, name), join(folder, name.replace("live", "crashed")));
    other.close();
    expect(failureThatLeavesAlone(folder, "crashed.db").message).toMatch(/a database of another application/);
    const again = new Database(join(folder, "crashed.db"));
    expect(again.prepare("SELECT name FROM customers").pluck().all()).toEqual(["Ada"]);
    again.close();
  });

  it.each([true, false])(
    "a ledger of a newer version asks for an update and stays as it is (in use: %s)",
    (isInUse) => {
      const folder = newFolder();
      const path = join(folder, "newer.db");
      makeLedger(path);
      const newer = new Database(path);
      newer.pragma("user_version = 4");
      if (!isInUse) newer.close();
      const { message, code } = failureThatLeavesAlone(folder, "newer.db");
      newer.close();
      expect(message).toMatch(
        /newer\.db": a newer version of ttasks wrote it \(schema 4, this one knows up to 3\); update @ttasks\/store-sqlite$/,
      );
      expect(code).toBe("newer_document");
    },
  );

  it("a missing folder is named", () => {
    const folder = newFolder();
    expect(failureThatLeavesAlone(folder, "no/where/ttasks.db").message).toBe(
      `Cannot open the ledger "${join(folder, "no/where/ttasks.db")}": the folder "${join(folder, "no/where")}" does not exist; create it first`,
    );
  });

  it("a path through a file is told", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    expect(failureThatLeavesAlone(folder, "file/ttasks.db").message).toMatch(
      /file\/ttasks\.db": .*(not a folder|ENOTDIR)/,
    );
  });

  it("a folder is no ledger", () => {
    const folder = newFolder();
    mkdirSync(join(folder, "ledger"));
    expect(failureOf(join(folder, "ledger")).message).toMatch(/ledger": it is a folder; give the path of a file$/);
  });

  it.skipIf(process.platform === "win32")("a pipe is refused instead of waited for", () => {
    const folder = newFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(failureOf(join(folder, "pipe")).message).toMatch(/pipe": it is not a regular file; choose another path$/);
  });

  it("a file that another process holds locked is told after the wait", () => {
    const folder = newFolder();
    const holder = new Database(join(folder, "locked.db"));
    holder.exec("BEGIN EXCLUSIVE");
    const { message, cause } = failureThatLeavesAlone(folder, "locked.db", { busyTimeoutMs: 30 });
    expect(message).toMatch(
      /locked\.db": another process holds it locked; try again, or wait longer with `busyTimeoutMs`/,
    );
    expect(cause).toBeInstanceOf(Database.SqliteError);
    holder.close();
  });

  it("a damaged ledger is told to be damaged", () => {
    const folder = newFolder();
    const path = join(folder, "damaged.db");
    const store = new SqliteStore(path);
    for (let index = 0; index < 200; index++) store.tasks.save(Task.bash("make".repeat(100)));
    store.close();
    damage(path, 8_192);
    let failure: unknown;
    try {
      const damaged = new SqliteStore(path);
      try {
        damaged.tasks.find();
      } finally {
        damaged.close();
      }
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(StoreError);
    expect((failure as StoreError).message).toMatch(/damaged\.db": the file is damaged; restore it from a backup/);
  });
});

describe("a ledger without the right to write", () => {
  const openAsNobody = async (path: string): Promise<unknown> => {
    const { stdout, stderr } = await resultOf(startChild("try-to-open.ts", [path, String(NOBODY)]));
    expect(stderr).toBe("");
    return JSON.parse(stdout) as unknown;
  };

  it.skipIf(!canBecomeNobody)("a read-only file is told and stays as it is", async () => {
    const folder = newFolder();
    const path = join(folder, "ledger.db");
    makeLedger(path);
    chmodSync(path, 0o444);
    const before = contentsOf(folder);
    expect(await openAsNobody(path)).toEqual({
      code: "store_failed",
      message: expect.stringMatching(/ledger\.db": it is read-only; make the file writable \(EACCES/) as string,
      cause: "EACCES",
    });
    expect(contentsOf(folder)).toEqual(before);
  });

  it.skipIf(!canBecomeNobody)("a read-only folder is told, with and without a ledger in it", async () => {
    const folder = newFolder();
    makeLedger(join(folder, "ledger.db"));
    chmodSync(join(folder, "ledger.db"), 0o666);
    chmodSync(folder, 0o555);
    const before = contentsOf(folder);
    for (const name of ["ledger.db", "new.db"])
      expect(await openAsNobody(join(folder, name))).toMatchObject({
        code: "store_failed",
        message: expect.stringMatching(/the folder ".*" is read-only; make it writable/) as string,
      });
    expect(contentsOf(folder)).toEqual(before);
    chmodSync(folder, 0o777);
  });

  it.skipIf(!canBecomeNobody)("a ledger that the user may write to is opened", async () => {
    const path = join(newFolder(), "ledger.db");
    expect(await openAsNobody(path)).toEqual({ opened: true });
  });
});

describe("a file that can be opened as a ledger", () => {
  it("a path where nothing is becomes a ledger, with nothing beside it once it is closed", () => {
    const folder = newFolder();
    makeLedger(join(folder, "ttasks.db"));
    expect(readdirSync(folder)).toEqual(["ttasks.db"]);
    const database = new Database(join(folder, "ttasks.db"));
    expect(database.pragma("application_id", { simple: true })).toBe(0x7474736b);
    expect(database.pragma("user_version", { simple: true })).toBe(3);
    database.close();
  });

  it.each(["", "journal_mode = WAL"])(
    "an empty file, or a database without a table, becomes a ledger (%s)",
    (pragma) => {
      const path = join(newFolder(), "empty.db");
      writeFileSync(path, "");
      if (pragma !== "") {
        const database = new Database(path);
        database.pragma(pragma);
        database.close();
      }
      makeLedger(path);
      const store = new SqliteStore(path);
      expect(store.tasks.size).toBe(1);
      store.close();
    },
  );

  it("a ledger of a process that crashed is opened with all that it saved", () => {
    const folder = newFolder();
    const live = new SqliteStore(join(folder, "live.db"));
    live.tasks.save(Task.bash("make"));
    for (const name of readdirSync(folder))
      copyFileSync(join(folder, name), join(folder, name.replace("live", "crashed")));
    live.close();
    const store = new SqliteStore(join(folder, "crashed.db"));
    expect(store.tasks.size).toBe(1);
    store.close();
  });

  it.skipIf(process.platform === "win32")("a link leads to the ledger, whose log lies beside the ledger", () => {
    const folder = newFolder();
    mkdirSync(join(folder, "real"));
    makeLedger(join(folder, "real", "ttasks.db"));
    symlinkSync(join(folder, "real", "ttasks.db"), join(folder, "link.db"));
    const store = new SqliteStore(join(folder, "link.db"));
    expect(store.tasks.size).toBe(1);
    store.tasks.save(Task.bash("make"));
    expect(existsSync(join(folder, "real", "ttasks.db-wal"))).toBe(true);
    store.close();
  });
});
