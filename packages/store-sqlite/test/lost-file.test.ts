import { Task, TaskExecutor, type PersistenceMode } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import Database from "better-sqlite3";
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { integrityOf } from "./fixtures/integrity-of.ts";
import { canBecomeNobody, NOBODY } from "./fixtures/nobody.ts";
import { resultOf, startChild } from "./fixtures/run-child.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const LOST = /^Cannot write the ledger ".*": its file .* was deleted, moved or replaced while it was open/;
const SUFFIXES = ["", "-wal", "-shm"];

const folder = temporaryFolder();
let made = 0;

const newPath = (): string => join(folder, `${made++}.db`);
const newTask = (id: string): Task => new Task({ id, type: "sample", payload: null });

/** What can become of a ledger that somebody has open; each leaves a ledger at the path, or lets one be made there. */
const LOSSES: readonly (readonly [what: string, lose: (path: string) => void])[] = [
  ["deleted", remove],
  ["moved", (path) => SUFFIXES.forEach((suffix) => renameSync(path + suffix, `${path}.moved${suffix}`))],
  [
    "replaced",
    (path) => {
      makeLedger(`${path}.new`, "another");
      remove(path);
      renameSync(`${path}.new`, path);
    },
  ],
  [
    "robbed of its log",
    (path) => {
      rmSync(`${path}-wal`);
      rmSync(`${path}-shm`);
    },
  ],
  [
    "restored over its log",
    (path) => {
      makeLedger(`${path}.new`, "another");
      renameSync(`${path}.new`, path);
    },
  ],
];

function remove(path: string): void {
  for (const suffix of SUFFIXES) rmSync(path + suffix, { force: true });
}

/** A look at the file holds for five milliseconds. */
function loseForGood(path: string, lose: (path: string) => void): void {
  lose(path);
  const began = performance.now();
  while (performance.now() - began < 6);
}

function makeLedger(path: string, id: string): void {
  const store = new SqliteStore(path);
  store.tasks.save(newTask(id));
  store.close();
}

describe.skipIf(process.platform === "win32").each(LOSSES)(
  "a ledger whose file is %s while it is open",
  (what, lose) => {
    it("takes no save for done any more", async () => {
      const path = newPath();
      const store = new SqliteStore(path);
      store.tasks.save(newTask("before"));
      loseForGood(path, lose);
      expect(() => store.tasks.save(newTask("after"))).toThrow(LOST);
      expect(() => store.graphs.clear()).toThrow(expect.objectContaining({ code: "store_failed" }));
      await expect(store.record(newTask("later"))).rejects.toThrow(LOST);
      store.close();
    });

    it("leaves the other file as it is", () => {
      const path = newPath();
      const store = new SqliteStore(path);
      for (let count = 0; count < 50; count++) store.tasks.save(newTask(`before-${count}`));
      loseForGood(path, lose);
      for (let count = 0; count < 50; count++) expect(() => store.tasks.save(newTask(`after-${count}`))).toThrow(LOST);
      if (!what.endsWith("its log")) {
        const other = new SqliteStore(path);
        other.tasks.save(newTask("other"));
        store.close();
        other.tasks.save(newTask("more"));
        const ids = [...other.tasks.keys()];
        other.close();
        expect(ids).toEqual([...(what === "replaced" ? ["another"] : []), "other", "more"]);
        expect(integrityOf(path)).toBe("ok");
      }
      store.close();
    });

    it.each<PersistenceMode>(["record", "strict"])("is told by an executor (%s)", async (persistence) => {
      const path = newPath();
      const store = new SqliteStore(path);
      const executor = TaskExecutor.empty({ store, persistence });
      executor.register("sample", ({ task }) => {
        if (task.id === "amid") loseForGood(path, lose);
      });
      const task = newTask("amid");
      const executed = executor.execute(task);
      if (persistence === "record") await executed;
      else await expect(executed).rejects.toThrow(LOST);
      expect(executor.persistenceErrors[0]?.message).toMatch(LOST);
      // Nothing begins that cannot be saved.
      const next = newTask("next");
      const started = executor.execute(next);
      if (persistence === "record") await started;
      else await expect(started).rejects.toThrow(LOST);
      expect(next.status).toBe(persistence === "record" ? "done" : "pending");
      await executor.close();
      store.close();
    });
  },
);

describe("a ledger that is in its place", () => {
  it("is found by a path that leads there from the folder in which it was opened", () => {
    const place = join(folder, "elsewhere");
    mkdirSync(place);
    const before = process.cwd();
    const store = new SqliteStore(relative(before, newPath()));
    Object.defineProperty(process, "cwd", { value: () => place, configurable: true });
    store.tasks.save(newTask("a"));
    expect(store.tasks.size).toBe(1);
    Object.defineProperty(process, "cwd", { value: () => before, configurable: true });
    store.close();
  });

  it.each(["", ":memory:"])('may be no file at all ("%s")', (name) => {
    const database = new Database(name);
    const store = new SqliteStore(database);
    store.tasks.save(newTask("a"));
    expect(store.tasks.size).toBe(1);
    database.close();
  });

  it.skipIf(!canBecomeNobody).each(["record", "strict"])(
    "is written to as before where its file becomes read-only, which is told to who opens it next (%s)",
    async (mode) => {
      const path = newPath();
      makeLedger(path, "before");
      chownSync(path, NOBODY, NOBODY);
      const { stdout, stderr } = await resultOf(startChild("become-read-only.ts", [path, String(NOBODY), mode]));
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual({
        errorCount: 0,
        reopened: expect.stringMatching(/it is read-only; make the file writable/) as string,
      });
      expect(integrityOf(path)).toBe("ok");
      chmodSync(path, 0o644);
      const store = new SqliteStore(path);
      expect(Array.from(store.tasks.values(), ({ id, status }) => [id, status])).toEqual([
        ["before", "pending"],
        ["amid", "done"],
        ["after", "done"],
      ]);
      store.close();
    },
  );
});
