import { describeSimulation } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";
import type { Connection } from "../src/connection.ts";
import { openLedger } from "../src/open-ledger.ts";
import { SqliteDriver } from "../src/sqlite-driver.ts";

const connections = new Map<unknown, Connection>();

describe("the SQLite driver", () => {
  describeSimulation(
    { describe, it, expect },
    {
      createDriver: () => {
        const connection = openLedger(":memory:", { durability: "full", busyTimeoutMs: 0 });
        const driver = new SqliteDriver(connection);
        connections.set(driver, connection);
        return driver;
      },
      closeDriver: (driver) => {
        connections.get(driver)?.close();
        connections.delete(driver);
      },
      seeds: 100,
      seedsPerTest: 50,
    },
  );
});
