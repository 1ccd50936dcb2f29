import { checkWith, type TestApi } from "../test-api.ts";
import { describeFailure, simulate, type SimulationOptions } from "./simulate.ts";

/** What {@link describeSimulation} tests: as {@link SimulationOptions}, and how many seeds go into one test. */
export interface SimulationContract extends Omit<SimulationOptions, "onEvent"> {
  /**
   * How many seeds each test plays.
   *
   * @default 100
   */
  readonly seedsPerTest?: number | undefined;
}

/**
 * Tests a `StoreDriver` under several processes, faults and crashes: plays seeds by {@link simulate}, and one of them twice. Run it when
 * {@link describeDriver} and {@link describeStore} pass: their messages are closer to what is wrong.
 *
 * @example
 * ```ts
 * import { describeSimulation, MapDriver } from "@ttasks/testkit";
 * import { describe, expect, it } from "vitest";
 *
 * describeSimulation({ describe, it, expect }, { createDriver: () => new MapDriver(), seeds: 200 });
 * ```
 */
export function describeSimulation(api: TestApi, contract: SimulationContract): void {
  const { seeds, from = 1, seedsPerTest = 100, ...options } = contract;
  const check = checkWith(api.expect);
  api.describe("a simulation of several processes", () => {
    for (let first = from; first < from + seeds; first += seedsPerTest) {
      const count = Math.min(seedsPerTest, from + seeds - first);
      api.it(`seeds ${first} to ${first + count - 1}: whatever goes wrong, the ledger tells the truth`, async () => {
        const { failure } = await simulate({ ...options, from: first, seeds: count });
        if (failure) throw new Error(describeFailure(failure));
      });
    }
    api.it("a seed that is played again goes the same way", async () => {
      const played = await simulate({ ...options, from, seeds: 1 });
      const again = await simulate({ ...options, from, seeds: 1 });
      check(again.hash, played.hash, "the driver's answers must depend on nothing but what it was asked before");
    });
  });
}
