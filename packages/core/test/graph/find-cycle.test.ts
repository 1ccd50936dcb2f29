import { describe, expect, it } from "vitest";
import { findCycle } from "../../src/graph/find-cycle.ts";
import { Topology } from "../../src/graph/topology.ts";
import { keyOf } from "../../src/task/stored-object.ts";
import { named } from "./recording-executor.ts";

/** What is found where each task comes after those at the places in its list. */
function search(after: readonly (readonly number[])[]): readonly number[] | undefined {
  const topology = new Topology();
  const tasks = after.map((_, place) => named(`t${place}`));
  after.forEach((places, place) => {
    topology.add(tasks[place]!, false, true);
    for (const each of places) topology.addDependency(keyOf(tasks[each]!), tasks[each]!);
  });
  const steps = findCycle(topology);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

describe("finding a cycle", () => {
  it("gives the tasks along it, without those that lead to it", () => {
    expect(search([[1], [2], [3], [1]])).toEqual([1, 2, 3]);
  });

  it("a task that leads to itself is a cycle of one", () => {
    expect(search([[0]])).toEqual([0]);
  });

  it("finds one behind tasks that have none", () => {
    expect(search([[2, 1], [2, 3], [], [2, 0]])).toEqual([0, 1, 3]);
  });

  it("finds nothing where two ways lead to one task", () => {
    expect(search([[1, 2], [3], [3], []])).toBeUndefined();
  });

  it("goes 200,000 tasks deep without recursion", () => {
    expect(search(Array.from({ length: 200_000 }, (_, index) => [(index + 1) % 200_000]))).toHaveLength(200_000);
  });
});
