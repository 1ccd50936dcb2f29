import type { StoreDriver } from "@ttasks/core";
import { checkWith, type TestApi } from "../test-api.ts";
import { testConditions } from "./conditions.ts";
import { testLogChanges } from "./log-changes.ts";
import { testReads } from "./reads.ts";
import { testWrites } from "./writes.ts";
import type { DriverContract, DriverSuite } from "./driver-suite.ts";

/**
 * Tests that a `StoreDriver` does what the store over it relies on; run {@link describeStore} over that store as well.
 *
 * @example
 * ```ts
 * import { describeDriver, MapDriver } from "@ttasks/testkit";
 * import { describe, expect, it } from "vitest";
 *
 * describeDriver({ describe, it, expect }, { create: () => new MapDriver() });
 * ```
 */
export function describeDriver<D extends StoreDriver>(api: TestApi, contract: DriverContract<D>): void {
  const test: DriverSuite["test"] = (title, body) => {
    api.it(title, async () => {
      const driver = await contract.create();
      try {
        await body(driver);
      } finally {
        await contract.close?.(driver);
      }
    });
  };
  const suite = { test, check: checkWith(api.expect) };
  api.describe("reads of a driver", () => testReads(suite));
  api.describe("writes of a driver", () => testWrites(suite));
  api.describe("conditions of a driver's puts", () => testConditions(suite));
  if (contract.logs === true) api.describe("logs of a driver", () => testLogChanges(suite));
}
