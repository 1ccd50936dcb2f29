/** Sums the tests of vitest's JSON reports. The last line is like `412 passed, 0 failed`; the process fails when a run did. */
import { readReport } from "./support/test-report.ts";

const files = process.argv.slice(2);
const reports = files.map((file) => readReport(file));
const sum = (field: "numPassedTests" | "numFailedTests" | "numPendingTests"): number =>
  reports.reduce((total, report) => total + report[field], 0);

for (const [index, report] of reports.entries()) {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = report;
  console.log(
    `${files[index]}: ${testResults.length} files, ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`,
  );
}
const broken = reports.flatMap((report) => report.testResults).filter(({ status }) => status !== "passed");
for (const { name, message } of broken) console.log(`✗ ${name}: ${message || "has failed tests"}`);
if (reports.length === 0 || sum("numPassedTests") === 0 || reports.some(({ success }) => !success))
  process.exitCode = 1;
console.log(`${sum("numPassedTests")} passed, ${sum("numFailedTests")} failed`);
