import { describe, expect, it } from "vitest";
import { byRound, median } from "../src/statistics.ts";
import { samplesOf } from "./samples.ts";

describe("median", () => {
  it("is the value in the middle, whatever the order", () => {
    expect(median([30, 10, 20])).toBe(20);
  });

  it("is the mean of the two in the middle of an even number of values", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe("byRound", () => {
  it("divides within a round, so that a slow minute of the machine falls out", () => {
    const samples = samplesOf({ floor: [10, 100, 10], ttasks: [50, 500, 60] });
    const ratios = byRound(samples, "ms", ["ttasks", "floor"], (one, other) => one / other);
    expect(ratios).toEqual([5, 5, 6]);
  });

  it("leaves out what was not measured", () => {
    expect(byRound(samplesOf({ ttasks: [1] }), "ms", ["ttasks", "floor"], (one) => one)).toEqual([]);
  });
});
