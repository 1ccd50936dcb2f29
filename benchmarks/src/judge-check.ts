import type { Samples } from "./comparison.ts";
import { formatNumber } from "./format-number.ts";
import { byRound, median, valuesOf } from "./statistics.ts";
import { BEFORE, NOW, type CheckRow } from "./suites/check.ts";

/** Whether something has become slower. */
export interface CheckVerdict {
  readonly isSlower: boolean;
  /** How much slower it is, in percent, as a median over the pairs; below zero when it is faster. */
  readonly percent: number;
  /** The row of the table. */
  readonly cells: readonly string[];
}

/** The titles of the table. */
export const CHECK_HEAD = ["", `${BEFORE}: median`, `${NOW}: median`, "slower by", "allowed", ""];

/** Judges the pairs of a row: what one pair suffered both of its processes suffered. */
export function judgeCheck(row: CheckRow, samples: Samples, maxSlower = row.maxSlower): CheckVerdict {
  const { key, better, label, digits } = row.metric;
  const slower = (now: number, before: number): number => (better === "less" ? now / before : before / now);
  const percent = (median(byRound(samples, key, [NOW, BEFORE], slower)) - 1) * 100;
  const isSlower = percent > maxSlower;
  const value = (name: string): string => formatNumber(median(valuesOf(samples, name, key)), digits);
  const cells = [
    `${row.title}, ${label}`,
    value(BEFORE),
    value(NOW),
    `${formatNumber(percent, 1)} %`,
    `${maxSlower} %`,
    isSlower ? "✗ slower" : "✓",
  ];
  return { isSlower, percent, cells };
}
