import { describe, expect, it } from "vitest";
import { findCycle } from "../../src/graph/find-cycle.ts";

describe("finding a cycle", () => {
  it("gives the tasks along it, without those that lead to it", () => {
    expect(findCycle(0, (index) => [1, 2, 3, 1][index]!)).toEqual([1, 2, 3]);
  });

  it("a task that leads to itself is a cycle of one", () => {
    expect(findCycle("a", () => "a")).toEqual(["a"]);
  });

  it("goes 200,000 tasks deep without recursion", () => {
    expect(findCycle(0, (index) => (index === 199_999 ? 0 : index + 1))).toHaveLength(200_000);
  });
});
