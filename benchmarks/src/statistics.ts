import type { Samples } from "./comparison.ts";

/** The middle of the values; of an even number of them the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The values of a contender by round; a round in which it printed no such value is left out. */
export function valuesOf(samples: Samples, contender: string, metric: string): number[] {
  return (samples.get(contender) ?? []).flatMap(({ values }) => values[metric] ?? []);
}

/** Puts the values of two contenders together, round by round: what disturbed one has most likely disturbed the other. */
export function byRound(
  samples: Samples,
  metric: string,
  [one, other]: readonly [string, string],
  combine: (one: number, other: number) => number,
): number[] {
  const others = samples.get(other) ?? [];
  return (samples.get(one) ?? []).flatMap(({ values }, round) => {
    const mine = values[metric];
    const theirs = others[round]?.values[metric];
    return mine === undefined || theirs === undefined ? [] : combine(mine, theirs);
  });
}
