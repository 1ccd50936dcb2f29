import type { Store } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import { describeDriver, describeStore } from "@ttasks/testkit";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openLedger } from "../src/open-ledger.ts";
import { SqliteDriver } from "../src/sqlite-driver.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const folder = temporaryFolder();
let made = 0;

function close(store: Store): string {
  if (!(store instanceof SqliteStore)) throw new TypeError("The suite gave back another store");
  store.close();
  return store.path;
}

describe("the SQLite store", () => {
  describeStore(
    { describe, it, expect },
    {
      create: () => new SqliteStore(join(folder, `${made++}.db`)),
      reopen: (store) => new SqliteStore(close(store)),
      close: (store) => void close(store),
      abilities: { reads: "snapshots" },
    },
  );
});

describe("the SQLite driver by contract", () => {
  describeDriver(
    { describe, it, expect },
    { create: () => new SqliteDriver(openLedger(":memory:", { durability: "full", busyTimeoutMs: 0 })) },
  );
});
