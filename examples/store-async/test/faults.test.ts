import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Change, PutChange } from "@ttasks/core";
import { UnstorageDriver, UnstorageStore, type KeyValueStorage } from "ttasks-store-unstorage";
import { createStorage } from "unstorage";
import { FaultyStorage } from "./faulty-storage.js";

const put = (kind: string, id: string, revision: number): PutChange => ({
  op: "put",
  kind,
  id,
  revision,
  document: { id, revision, type: "sample", status: "pending" },
});

/** No transaction of this file takes as many calls to the storage. */
const MAX_CALLS = 100;

const OLD = "task a1, task b1";
const NEW = "task a2, task c1, graph g1";
const TRANSACTION: readonly Change[] = [
  put("task", "a", 2),
  { op: "delete", kind: "task", id: "b" },
  put("task", "c", 1),
  put("graph", "g", 1),
];

/** A storage with the old state, a way to make it go wrong, and a driver over it that is open. */
async function bench(): Promise<{ storage: KeyValueStorage; faulty: FaultyStorage; driver: UnstorageDriver }> {
  const storage = createStorage();
  await new UnstorageDriver(storage).write([put("task", "a", 1), put("task", "b", 1)]);
  const faulty = new FaultyStorage(storage);
  const driver = new UnstorageDriver(faulty);
  assert.equal(await stateOf(driver), OLD);
  return { storage, faulty, driver };
}

/** All documents with their revisions. */
async function stateOf(driver: UnstorageDriver): Promise<string> {
  const found: string[] = [];
  for (const kind of ["task", "graph"]) {
    for await (const { id, revision } of driver.scan(kind, {})) found.push(`${kind} ${String(id)}${String(revision)}`);
  }
  return found.join(", ");
}

const reopened = (storage: KeyValueStorage): Promise<string> => stateOf(new UnstorageDriver(storage));

/** What a promise rejects with; `undefined` when it resolves. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a crash in the middle of a transaction", () => {
  it("leaves all of it or nothing, at whichever call to the storage it comes", async () => {
    const states: string[] = [];
    for (let at = 0, hasStruck = true; hasStruck && at < MAX_CALLS; at++) {
      const { storage, faulty, driver } = await bench();
      faulty.failWith({ at, forever: true });
      await failureOf(driver.write(TRANSACTION));
      ({ hasStruck } = faulty);
      states.push(await reopened(storage));
    }
    const first = states.indexOf(NEW);
    assert.ok(
      first > 0 && first < states.length - 3,
      `it should be made somewhere in the middle: ${states.join(" | ")}`,
    );
    assert.deepEqual(
      states,
      states.map((_, index) => (index < first ? OLD : NEW)),
    );
  });

  it("is made good by the next opening, also when that one crashes too", async () => {
    for (let at = 0, hasStruck = true; hasStruck && at < MAX_CALLS; at++) {
      const { storage, faulty, driver } = await bench();
      faulty.failWith({ at: 3, forever: true });
      assert.equal(await failureOf(driver.write(TRANSACTION)), undefined);
      const again = new FaultyStorage(storage);
      again.failWith({ at, forever: true });
      await failureOf(stateOf(new UnstorageDriver(again)));
      ({ hasStruck } = again);
      assert.equal(await reopened(storage), NEW, `the opening crashed at call ${at}`);
    }
  });
});

describe("a write that meets an error", () => {
  for (const forever of [false, true]) {
    it(`has made nothing when it rejects, and all when it resolves, with ${forever ? "a lasting" : "a passing"} error`, async () => {
      for (let at = 0, hasStruck = true; hasStruck && at < MAX_CALLS; at++) {
        const { storage, faulty, driver } = await bench();
        faulty.failWith({ at, forever });
        const error = await failureOf(driver.write(TRANSACTION));
        ({ hasStruck } = faulty);
        faulty.failWith({ at: Infinity, forever: false });
        const expected = error === undefined ? NEW : OLD;
        assert.equal(await stateOf(driver), expected, `the error came at call ${at}`);
        await driver.write([put("task", "d", 1)]);
        assert.equal(await reopened(storage), await stateOf(driver), `the error came at call ${at}`);
        if (error === undefined) continue;
        assert.match(
          String(error),
          /^StoreError: Cannot write the ledger .+: check that .+ \(.+ reached, as planned\)$/,
        );
      }
    });
  }

  it("is not read by half: reads fail until it is carried out", async () => {
    const { faulty, driver } = await bench();
    faulty.failWith({ at: 3, forever: true });
    assert.equal(await failureOf(driver.write(TRANSACTION)), undefined);
    await assert.rejects(stateOf(driver), { code: "store_failed" });
    faulty.failWith({ at: Infinity, forever: false });
    assert.equal(await stateOf(driver), NEW);
  });

  it("is refused by a storage that drops what is set", async () => {
    const storage = createStorage();
    storage.setItemRaw = async () => undefined;
    const error = await failureOf(new UnstorageDriver(storage).write([put("task", "a", 1)]));
    assert.match(String(error), /could not be read back/);
  });
});

describe("calls that are made at once", () => {
  it("see whole transactions only", async () => {
    const { driver } = await bench();
    const writes = Array.from({ length: 20 }, (_, index) =>
      driver.write([put("task", "a", index + 2), put("task", "b", index + 2)]),
    );
    const reads = Array.from({ length: 20 }, () => driver.read("task", ["a", "b"]));
    const moreWrites = [driver.write([put("task", "a", 99), put("task", "b", 99)])];
    for (const [one, other] of await Promise.all(reads)) assert.equal(one?.["revision"], other?.["revision"]);
    await Promise.all([...writes, ...moreWrites]);
    assert.equal(await stateOf(driver), "task a99, task b99");
  });
});

describe("a storage that is no ledger", () => {
  it("is refused, with the item that is not a document", async () => {
    const { storage } = await bench();
    await storage.setItemRaw("task:000000000001", "{ half of");
    await storage.setItemRaw("journal", "[]");
    await assert.rejects(reopened(storage), { code: "bad_document", message: /^The item "task:000000000001" / });
  });

  it("keeps the items of others", async () => {
    const { storage } = await bench();
    await storage.setItemRaw("settings", "mine");
    const store = new UnstorageStore(storage);
    await store.tasks.clear();
    assert.equal(await store.tasks.count(), 0);
    assert.equal(await storage.getItemRaw("settings"), "mine");
  });

  it("is refused where it is no storage at all", () => {
    assert.throws(() => new UnstorageStore("ledger" as never), { name: "TypeError", message: /^Expected `storage`/ });
  });
});
