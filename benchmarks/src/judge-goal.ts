import type { Goal, Metric, Samples } from "./comparison.ts";
import { formatNumber } from "./format-number.ts";
import { byRound, median, valuesOf } from "./statistics.ts";

/** What has become of a goal. */
export interface Verdict {
  readonly isMet: boolean;
  readonly value: number;
  /** For the table, as `✓ ttasks ÷ floor: 5.3 (≤ 10)`. */
  readonly text: string;
}

/** Whether the medians meet the goal; `undefined` when something that it speaks of was not measured. */
export function judgeGoal(goal: Goal, samples: Samples, metrics: readonly Metric[]): Verdict | undefined {
  const values = measured(goal, samples);
  if (values.length === 0) return undefined;
  const value = median(values);
  const { atMost = Infinity, atLeast = -Infinity } = goal;
  const isMet = value <= atMost && value >= atLeast;
  const bound = goal.atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
  const stretch = goal.stretch === undefined ? "" : `; stretch ${goal.stretch}`;
  return {
    isMet,
    value,
    text: `${isMet ? "✓" : "✗"} ${subject(goal, metrics)}: ${formatNumber(value)} (${bound}${stretch})`,
  };
}

function measured({ row, of = row, metric, over, less }: Goal, samples: Samples): number[] {
  if (over !== undefined) return byRound(samples, metric, [of, over], (one, other) => one / other);
  if (less !== undefined) return byRound(samples, metric, [of, less], (one, other) => one - other);
  return valuesOf(samples, of, metric);
}

function subject({ row, of = row, metric, over, less }: Goal, metrics: readonly Metric[]): string {
  if (over !== undefined) return `${of} ÷ ${over}`;
  if (less !== undefined) return `${of} − ${less}`;
  return metrics.find(({ key }) => key === metric)?.label ?? metric;
}
