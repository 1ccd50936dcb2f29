import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { describeDriver, describeStore, expect } from "@ttasks/testkit";
import { UnstorageDriver, UnstorageStore } from "ttasks-store-unstorage";
import { createStorage, prefixStorage, type Storage } from "unstorage";
import fsLite from "unstorage/drivers/fs-lite";

const root = mkdtempSync(join(tmpdir(), "unstorage-"));
after(() => rmSync(root, { recursive: true }));

/** Each gives a new backend, as a function that opens a storage over it. */
const backends: Readonly<Record<string, () => () => Storage>> = {
  memory: () => {
    const storage = createStorage();
    return () => storage;
  },
  files: () => {
    const base = mkdtempSync(join(root, "ledger-"));
    return () => createStorage({ driver: fsLite({ base }) });
  },
  "a part of a storage": () => {
    const storage = createStorage();
    return () => prefixStorage(storage, "ttasks");
  },
};

describe("UnstorageDriver", () => {
  describeDriver({ describe, it, expect }, { create: () => new UnstorageDriver(createStorage()) });
});

for (const [name, createBackend] of Object.entries(backends)) {
  const backendOf = new WeakMap<object, () => Storage>();
  const open = (backend: () => Storage): UnstorageStore => {
    const store = new UnstorageStore(backend());
    backendOf.set(store, backend);
    return store;
  };

  describe(`UnstorageStore over ${name}`, () => {
    describeStore(
      { describe, it, expect },
      {
        create: () => open(createBackend()),
        reopen: (store) => open(backendOf.get(store)!),
        recover: (store) => open(backendOf.get(store)!),
        abilities: { reads: "snapshots" },
      },
    );
  });
}
