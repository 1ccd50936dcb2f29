import { SqliteStore } from "@ttasks/store-sqlite";
import { describeDriver, describeStore, type TestApi } from "@ttasks/testkit";
import { join } from "node:path";
import { openLedger } from "../src/open-ledger.ts";
import { SqliteDriver } from "../src/sqlite-driver.ts";

/** Holds the SQLite store, in a file and in memory, and its driver against the contract. */
export function describeSqlite(api: TestApi, folder: string): void {
  let made = 0;

  api.describe("the SQLite store", () => {
    describeStore(api, {
      create: () => new SqliteStore(join(folder, `${made++}.db`)),
      reopen: (store) => {
        store.close();
        return new SqliteStore(store.path);
      },
      recover: (store) => new SqliteStore(store.path),
      close: (store) => store.close(),
      abilities: { reads: "snapshots", logs: true },
    });
  });

  api.describe("the SQLite store in memory", () => {
    describeStore(api, {
      create: () => new SqliteStore(":memory:"),
      close: (store) => store.close(),
      abilities: { reads: "snapshots", logs: true },
    });
  });

  api.describe("the SQLite driver by contract", () => {
    describeDriver(api, {
      create: () => new SqliteDriver(openLedger(":memory:", { durability: "full", busyTimeoutMs: 0 })),
      logs: true,
    });
  });
}
