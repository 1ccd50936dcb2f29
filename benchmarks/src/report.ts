import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Sample } from "./comparison.ts";
import type { Machine } from "./machine.ts";
import type { TableData } from "./tabulate.ts";

/** The folder of the repository, found from the place of the built program. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

const reports = path.join(root, ".reports");

/** What came of a comparison. */
export interface ComparisonReport {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly rounds: number;
  readonly table: TableData;
  /** What was not measured, and why. */
  readonly skipped: readonly string[];
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
}

/** What came of a suite. */
export interface Report {
  readonly suite: string;
  readonly command: string;
  readonly machine: Machine;
  readonly comparisons: readonly ComparisonReport[];
  readonly remarks: readonly string[];
}

/** Keeps a report in `.reports`. */
export function writeReport(report: Report): void {
  mkdirSync(reports, { recursive: true });
  writeFileSync(path.join(reports, `bench-${report.suite}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
}

/** The reports that are there, in the order of the suites. */
export function readReports(suites: readonly string[]): Report[] {
  if (!existsSync(reports)) return [];
  const files = readdirSync(reports);
  return suites
    .map((suite) => `bench-${suite}.json`)
    .filter((file) => files.includes(file))
    .map((file) => JSON.parse(readFileSync(path.join(reports, file), "utf8")) as Report);
}
