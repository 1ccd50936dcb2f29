import { describe, expect, it } from "vitest";
import { judgeCheck } from "../src/judge-check.ts";
import { samplesOf } from "./samples.ts";

const samples = samplesOf({ before: [10, 20, 30], now: [12, 24, 30] });

describe("judgeCheck", () => {
  it("is slower when the median of the pairs is beyond what is allowed", () => {
    const row = {
      title: "a graph",
      contender: {},
      metric: { key: "ms", label: "ms", better: "less" },
      maxSlower: 10,
    } as const;
    expect(judgeCheck(row, samples)).toMatchObject({ isSlower: true });
    expect(judgeCheck(row, samples, 25)).toMatchObject({ isSlower: false });
    expect(judgeCheck(row, samples).percent).toBeCloseTo(20);
  });

  it("knows of which figures more is better", () => {
    const row = {
      title: "a ledger",
      contender: {},
      metric: { key: "ms", label: "tasks/s", better: "more" },
      maxSlower: 10,
    } as const;
    expect(judgeCheck(row, samples).percent).toBeCloseTo(-16.67);
  });
});
