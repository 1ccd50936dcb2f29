import type { StoreDriver } from "@ttasks/core";
import { checkWith, type Check, type TestApi } from "../test-api.ts";
import { testConditions } from "./conditions.ts";
import { testReads } from "./reads.ts";
import { testWrites } from "./writes.ts";

/** The driver that {@link describeDriver} tests. */
export interface DriverContract {
  /** Opens a driver on an empty backend; called for each test. */
  create(): StoreDriver | Promise<StoreDriver>;
  /**
   * Called with the driver at the end of each test.
   *
   * @default absent: there is nothing to close
   */
  close?(driver: StoreDriver): void | Promise<void>;
}

/** What each group of tests is given. */
export interface DriverSuite {
  readonly check: Check;
  /** Defines a test that gets a new driver, which is closed behind it. */
  readonly test: (title: string, body: (driver: StoreDriver) => Promise<void>) => void;
}

/**
 * Tests that a {@link StoreDriver} does what the store over it relies on; run {@link describeStore} over that store as well.
 *
 * @example
 * ```ts
 * import { describeDriver, MapDriver } from "@ttasks/testkit";
 * import { describe, expect, it } from "vitest";
 *
 * describeDriver({ describe, it, expect }, { create: () => new MapDriver() });
 * ```
 */
export function describeDriver(api: TestApi, contract: DriverContract): void {
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
}
