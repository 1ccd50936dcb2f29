import type { Comparison, Contender, Samples } from "./comparison.ts";
import { formatNumber } from "./format-number.ts";
import { judgeGoal } from "./judge-goal.ts";
import { byRound, median, valuesOf } from "./statistics.ts";

/** A table as text: what the terminal, the README and the JSON show. */
export interface TableData {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Makes the table of a comparison: a row for each contender that was measured. */
export function tabulate(comparison: Comparison, samples: Samples): TableData {
  const [first, ...others] = comparison.metrics;
  const sign = comparison.compare === "difference" ? "+" : "×";
  const head = [
    "",
    `${first!.label}: best`,
    "median",
    `${sign} baseline: ${first!.better === "less" ? "min" : "max"}`,
    "median",
    ...others.map(({ label }) => label),
    "goal",
  ];
  const rows = comparison.contenders
    .filter(({ name }) => (samples.get(name)?.length ?? 0) > 0)
    .map((contender) => rowOf(comparison, contender, samples));
  return { head, rows };
}

function rowOf(comparison: Comparison, contender: Contender, samples: Samples): string[] {
  const { name } = contender;
  const [first, ...others] = comparison.metrics;
  const { key, better, digits } = first!;
  const best = better === "less" ? Math.min : Math.max;
  const values = valuesOf(samples, name, key);
  const baseline = contender.against ?? comparison.contenders[0]!.name;
  const isDifference = comparison.compare === "difference";
  const compared = byRound(samples, key, [name, baseline], (one, other) => (isDifference ? one - other : one / other));
  const isBaseline = baseline === name || compared.length === 0;
  const goals = (comparison.goals ?? []).filter(({ row }) => row === name);
  return [
    name,
    values.length === 0 ? "" : formatNumber(best(...values), digits),
    values.length === 0 ? "" : formatNumber(median(values), digits),
    isBaseline ? "" : formatNumber(best(...compared)),
    isBaseline ? "" : `${formatNumber(median(compared))}${contender.against === undefined ? "" : ` (${baseline})`}`,
    ...others.map((metric) => {
      const all = valuesOf(samples, name, metric.key);
      return all.length === 0 ? "" : formatNumber(median(all), metric.digits);
    }),
    goals.flatMap((goal) => judgeGoal(goal, samples, comparison.metrics)?.text ?? []).join("\n"),
  ];
}
