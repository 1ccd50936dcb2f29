import { describe, expect, it } from "vitest";
import type { Contender } from "../src/comparison.ts";
import { runInterleaved } from "../src/run-interleaved.ts";

const contenders = ["floor", "a", "b"].map((name): Contender => ({ name }));

async function orderOf(rounds: number, rotatesAll: boolean): Promise<string[]> {
  const order: string[] = [];
  const run = async ({ name }: Contender) => {
    order.push(name);
    return { values: { ms: order.length } };
  };
  await runInterleaved(contenders, { rounds, rotatesAll, run });
  return order;
}

describe("runInterleaved", () => {
  it("opens each round with the baseline, and lets the others take turns", async () => {
    expect(await orderOf(2, false)).toEqual(["floor", "a", "b", "floor", "b", "a"]);
  });

  it("lets the baseline take turns as well where that is asked for", async () => {
    expect(await orderOf(2, true)).toEqual(["floor", "a", "b", "a", "b", "floor"]);
  });
});
