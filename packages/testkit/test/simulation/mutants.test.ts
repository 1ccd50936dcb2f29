import { afterAll, describe, expect, it } from "vitest";
import { MUTANTS } from "./mutants.ts";
import { playMutant } from "./play-mutant.ts";

const SEEDS = 1_000;

const found: string[] = [];
afterAll(() => console.log(`bugs that were planted, and after how many seeds they were found:\n${found.join("\n")}`));

describe("the simulation finds a bug that is planted within 1,000 seeds:", () => {
  // `$name` would put the names in quotes.
  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))("%s", async (_name, mutant) => {
    const { seeds, problem } = await playMutant(mutant, SEEDS);
    expect(problem, "the bug was not found").toBeDefined();
    found.push(`  ${mutant.name}: ${seeds} (${problem ?? ""})`);
  });
});

it("the simulation finds nothing in the sources as they are", async () => {
  expect(await playMutant(undefined, 100)).toEqual({ seeds: 100, steps: expect.any(Number) as number });
});

it("a bug whose place is not found is not played", async () => {
  const lost = { ...MUTANTS[0]!, text: "no such text" };
  await expect(playMutant(lost, 1)).rejects.toThrow("must have this once, not 0 times: no such text");
});
