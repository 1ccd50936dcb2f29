import { describe, expect, it } from "vitest";
import { judgeGoal } from "../src/judge-goal.ts";
import { samplesOf } from "./samples.ts";

const metrics = [{ key: "ms", label: "ms", better: "less" }] as const;
const samples = samplesOf({ floor: [10, 10, 10], ttasks: [50, 90, 60] });

describe("judgeGoal", () => {
  it("compares the median of the ratios with what is asked", () => {
    const verdict = judgeGoal({ row: "ttasks", metric: "ms", over: "floor", atMost: 5 }, samples, metrics);
    expect(verdict).toEqual({ isMet: false, value: 6, text: "✗ ttasks ÷ floor: 6.00 (≤ 5)" });
  });

  it("takes differences", () => {
    const goal = { row: "ttasks", metric: "ms", less: "floor", atMost: 50, stretch: 30 };
    expect(judgeGoal(goal, samples, metrics)?.text).toBe("✓ ttasks − floor: 50.0 (≤ 50; stretch 30)");
  });

  it("asks for a value alone", () => {
    const verdict = judgeGoal({ row: "ttasks", metric: "ms", atLeast: 100 }, samples, metrics);
    expect(verdict?.text).toBe("✗ ms: 60.0 (≥ 100)");
  });

  it("says nothing of what was not measured", () => {
    expect(judgeGoal({ row: "ttasks", metric: "ms", over: "bullmq", atLeast: 2 }, samples, metrics)).toBeUndefined();
  });
});
