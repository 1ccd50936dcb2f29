import type { StoreDriver } from "@ttasks/core";
import type { Check } from "../test-api.ts";

/** The driver that {@link describeDriver} tests; `D` is its class. */
export interface DriverContract<D extends StoreDriver = StoreDriver> {
  /** Opens a driver on an empty backend; called for each test. */
  create(): D | Promise<D>;
  /**
   * Called with the driver at the end of each test.
   *
   * @default absent: there is nothing to close
   */
  close?(driver: D): void | Promise<void>;
  /**
   * Whether the driver has `logs`. `true` switches on the group "logs of a driver".
   *
   * @default false
   */
  readonly logs?: boolean | undefined;
}

/** What each group of tests is given. */
export interface DriverSuite {
  readonly check: Check;
  /** Defines a test that gets a new driver, which is closed behind it. */
  readonly test: (title: string, body: (driver: StoreDriver) => Promise<void>) => void;
}
