import { readFileSync } from "node:fs";

/** One test in vitest's JSON report. */
export interface ReportedTest {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly fullName: string;
  readonly status: string;
}

/** One test file. */
export interface ReportedFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly ReportedTest[];
}

/** What we read of vitest's JSON report. */
export interface TestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly ReportedFile[];
}

/** @throws {Error} when there is no report: the tests have not run. */
export function readReport(file: string): TestReport {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`${file} is not there: run the tests first (pnpm test)`, { cause });
  }
  return JSON.parse(text) as TestReport;
}
