import { describe, expect, it } from "vitest";
import { findCycle } from "../../src/graph/find-cycle.ts";

function cycleOf(edges: Readonly<Record<number, readonly number[]>>): readonly number[] | undefined {
  return findCycle((index) => edges[index] ?? [], Object.keys(edges).map(Number));
}

describe("finding a cycle", () => {
  it("gives nothing for a graph without one", () => {
    expect(cycleOf({ 0: [1, 2], 1: [2], 2: [] })).toBeUndefined();
    expect(cycleOf({})).toBeUndefined();
  });

  it("gives the tasks along it, without those that lead to it", () => {
    expect(cycleOf({ 0: [1], 1: [2], 2: [3], 3: [1] })).toEqual([1, 2, 3]);
    expect(cycleOf({ 0: [0] })).toEqual([0]);
  });

  it("is not taken in by two ways to one task", () => {
    expect(cycleOf({ 0: [1, 2], 1: [3], 2: [3], 3: [] })).toBeUndefined();
  });

  it("goes 200,000 tasks deep", () => {
    const last = 199_999;
    const cycle = findCycle((index) => [index === last ? 0 : index + 1], [0]);
    expect(cycle).toHaveLength(200_000);
  });
});
