import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { Change, PutChange, StoreDriver } from "@ttasks/core";
import { JsonFolderDriver, JsonFolderStore } from "ttasks-store-json-folder";
import { onFaultyDisk } from "./faulty-disk.js";

const root = mkdtempSync(join(tmpdir(), "json-folder-crash-"));
after(() => rmSync(root, { recursive: true }));

const put = (kind: string, id: string, revision: number): PutChange => ({
  op: "put",
  kind,
  id,
  revision,
  document: { id, revision, type: "sample", status: "pending" },
});

/** No transaction of this file takes as many calls to the file system. */
const MAX_CALLS = 100;

const OLD = "task a1, task b1";
const NEW = "task a2, task c1, graph g1";
const TRANSACTION: readonly Change[] = [
  put("task", "a", 2),
  { op: "delete", kind: "task", id: "b" },
  put("task", "c", 1),
  put("graph", "g", 1),
];

function oldLedger(): string {
  const folder = mkdtempSync(join(root, "ledger-"));
  new JsonFolderDriver(folder).write([put("task", "a", 1), put("task", "b", 1)]);
  return folder;
}

/** All documents with their revisions. */
function stateOf(driver: StoreDriver<"sync">): string {
  return ["task", "graph"]
    .flatMap((kind) =>
      Array.from(driver.scan(kind, {}), ({ id, revision }) => `${kind} ${String(id)}${String(revision)}`),
    )
    .join(", ");
}

const reopened = (folder: string): string => stateOf(new JsonFolderDriver(folder));

describe("a crash in the middle of a transaction", () => {
  it("leaves all of it or nothing, at whichever call to the file system it comes", () => {
    const states: string[] = [];
    for (let at = 0, hasStruck = true; hasStruck && at < MAX_CALLS; at++) {
      const folder = oldLedger();
      const driver = new JsonFolderDriver(folder);
      ({ hasStruck } = onFaultyDisk({ at, forever: true }, () => driver.write(TRANSACTION)));
      states.push(reopened(folder));
    }
    const first = states.indexOf(NEW);
    assert.ok(
      first > 0 && first < states.length - 5,
      `it should be made somewhere in the middle: ${states.join(" | ")}`,
    );
    assert.deepEqual(
      states,
      states.map((_, index) => (index < first ? OLD : NEW)),
    );
  });

  it("is made good by the next opening, also when that one crashes too", () => {
    const crashed = oldLedger();
    const driver = new JsonFolderDriver(crashed);
    for (let at = 0; !existsSync(join(crashed, "journal.json")) && at < MAX_CALLS; at++)
      onFaultyDisk({ at, forever: true }, () => driver.write(TRANSACTION));
    for (let at = 0, hasStruck = true; hasStruck && at < MAX_CALLS; at++) {
      const folder = mkdtempSync(join(root, "again-"));
      cpSync(crashed, folder, { recursive: true });
      ({ hasStruck } = onFaultyDisk({ at, forever: true }, () => new JsonFolderDriver(folder)));
      assert.equal(reopened(folder), NEW, `the opening crashed at call ${at}`);
    }
  });

  it("leaves no half of a transaction when the process is killed", async () => {
    const folder = mkdtempSync(join(root, "killed-"));
    const child = spawn(process.execPath, [join(import.meta.dirname, "endless-writer.js"), folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill("SIGKILL");
    await once(child, "close");
    const revisions = Array.from(new JsonFolderDriver(folder).scan("task", {}), ({ revision }) => revision as number);
    assert.ok(revisions.length === 20 && revisions[0]! > 1, `it should have written for a while: ${revisions.join()}`);
    assert.equal(new Set(revisions).size, 1, `documents that were written together: ${revisions.join()}`);
  });
});

describe("a write that meets an error", () => {
  it("has made nothing when it throws, and all when it returns", () => {
    for (let at = 0, hasStruck = true; hasStruck && at < MAX_CALLS; at++) {
      const folder = oldLedger();
      const driver = new JsonFolderDriver(folder);
      const outcome = onFaultyDisk({ at, forever: false }, () => driver.write(TRANSACTION));
      ({ hasStruck } = outcome);
      const expected = outcome.error === undefined ? NEW : OLD;
      assert.deepEqual([stateOf(driver), reopened(folder)], [expected, expected], `the error came at call ${at}`);
      if (outcome.error === undefined) continue;
      assert.match(
        String(outcome.error),
        /^StoreError: Cannot write the ledger in ".+": check that .+ failed, as planned/,
      );
      driver.write(TRANSACTION);
      assert.equal(reopened(folder), NEW, "the driver is usable afterwards");
    }
  });

  it("leaves the driver with what is in its files, whatever the disk did", () => {
    for (let at = 0, hasStruck = true; hasStruck && at < MAX_CALLS; at++) {
      const folder = oldLedger();
      const driver = new JsonFolderDriver(folder);
      const outcome = onFaultyDisk({ at, forever: true }, () => driver.write(TRANSACTION));
      ({ hasStruck } = outcome);
      const expected = outcome.error === undefined ? NEW : OLD;
      assert.equal(stateOf(driver), expected, `the disk failed from call ${at} on`);
      driver.write([put("task", "d", 1)]);
      assert.equal(stateOf(driver).includes("task d1"), true);
      assert.equal(reopened(folder), stateOf(driver), `the disk failed from call ${at} on, and works again`);
    }
  });
});

describe("a folder that is no ledger", () => {
  it("is refused, with the file that is not a document", () => {
    const folder = oldLedger();
    const damaged = join(folder, "task", "000000000001.json");
    writeFileSync(damaged, "{ half of");
    assert.throws(() => new JsonFolderStore(folder), {
      code: "bad_document",
      message: new RegExp(`^"${damaged}" is not`),
    });
  });

  it("is refused where a file lies in its place", () => {
    const file = join(root, "a file");
    writeFileSync(file, "");
    assert.throws(() => new JsonFolderStore(file), { code: "store_failed", message: /^Cannot open the ledger in "/ });
  });

  it("is refused without a path", () => {
    assert.throws(() => new JsonFolderStore(""), { name: "TypeError", message: /^Expected `folder` to be a path/ });
  });
});
