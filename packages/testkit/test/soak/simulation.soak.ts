import { describeReport, MapDriver, simulate } from "@ttasks/testkit";
import { expect, it } from "vitest";

/** More, or others, by the environment: TTASKS_SEEDS=100000 TTASKS_FIRST_SEED=20001. */
const { TTASKS_SEEDS: seeds = "10000", TTASKS_FIRST_SEED: from = "2001" } = process.env;

it(`${seeds} seeds of several processes over one ledger: whatever goes wrong, it tells the truth`, async () => {
  const report = await simulate({ createDriver: () => new MapDriver(), seeds: Number(seeds), from: Number(from) });
  console.log(describeReport(report));
  expect(report.failure).toBeUndefined();
});
