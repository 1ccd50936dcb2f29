import type { PersistenceMode } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import Database from "better-sqlite3";
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleFixture } from "./fixtures/bundle-fixture.ts";
import { goOn, runOnFullDisk, type FullDiskReport } from "./fixtures/full-disk.ts";
import { integrityOf } from "./fixtures/integrity-of.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const MODES: readonly PersistenceMode[] = ["record", "strict"];
const DISK_BYTES = 2_097_152;
const LIMIT_KB = 512;
const FULL = /^Cannot write the ledger ".*": the disk is full and nothing of this was written; free some space/;
const TOO_LARGE = /^Cannot write the ledger ".*": the disk reports an error; .* how large a file may be \(SQLITE_IOERR/;

const folder = temporaryFolder();

/** What the modes promise, whatever has become full. */
function expectTold(report: FullDiskReport, mode: PersistenceMode, reason: RegExp): void {
  const told = expect.stringMatching(reason) as string;
  expect(report).toEqual(
    mode === "record"
      ? {
          statuses: ["done", "done", "done"],
          stored: "running",
          events: ["started", "persistence_failed", "succeeded"],
          noted: told,
        }
      : {
          statuses: ["done", "done", "pending"],
          stored: "running",
          events: ["started", "persistence_failed"],
          thrown: told,
          noted: told,
        },
  );
}

async function expectToGoOn(path: string): Promise<void> {
  expect(integrityOf(path)).toBe("ok");
  const store = new SqliteStore(path);
  expect(await goOn(store)).toEqual(["done", "done", "done"]);
  store.close();
  expect(integrityOf(path)).toBe("ok");
}

describe.each(MODES)("a disk that becomes full while a task runs (%s)", (mode) => {
  it("is told where the database may have no more pages, and work goes on where it may", async () => {
    const path = join(folder, `pages-${mode}.db`);
    const database = new Database(path);
    const pages = (): number => Number(database.pragma("page_count", { simple: true }));
    const report = await runOnFullDisk(
      new SqliteStore(database),
      mode,
      () => void database.pragma(`max_page_count = ${pages()}`),
    );
    database.close();
    expectTold(report, mode, FULL);
    await expectToGoOn(path);
  });

  it("is told where the file system has no room, and work goes on where it has", async ({ skip }) => {
    const disk = join(folder, `disk-${mode}`);
    mkdirSync(disk);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", disk]);
    if (mounted.status !== 0) skip("a file system can only be mounted by a superuser");
    try {
      const path = join(disk, "ledger.db");
      const ballast = join(disk, "ballast");
      const store = new SqliteStore(path);
      const report = await runOnFullDisk(store, mode, () => fill(ballast));
      rmSync(ballast);
      store.close();
      expectTold(report, mode, FULL);
      await expectToGoOn(path);
    } finally {
      execFileSync("umount", ["--lazy", disk]);
    }
  });

  it.skipIf(process.platform === "win32")(
    "is told where no file may be larger, and work goes on where it may",
    async () => {
      const program = await bundleFixture("fill-own-limit.ts", folder);
      const path = join(folder, `limit-${mode}.db`);
      const limited = ["-c", `ulimit -f ${LIMIT_KB}; exec "$@"`, "bash", process.execPath, program, path, mode];
      const report = execFileSync("bash", limited, { encoding: "utf8" });
      expectTold(JSON.parse(report) as FullDiskReport, mode, TOO_LARGE);
      await expectToGoOn(path);
    },
  );
});

/** Leaves no room for a single byte. */
function fill(ballast: string): void {
  const descriptor = openSync(ballast, "w");
  for (const size of [4_096, 1]) {
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(size));
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
    }
  }
  closeSync(descriptor);
}
