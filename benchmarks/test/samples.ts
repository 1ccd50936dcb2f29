import type { Sample, Samples } from "../src/comparison.ts";

/** Samples of contenders that print one value, `ms`. */
export function samplesOf(values: Readonly<Record<string, readonly number[]>>): Samples {
  return new Map(
    Object.entries(values).map(([name, all]): [string, Sample[]] => [name, all.map((ms) => ({ values: { ms } }))]),
  );
}
