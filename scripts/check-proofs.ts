/** Pages that prove their statements: every row names a test that exists and ran green. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Findings } from "./support/findings.ts";
import { readReport, type ReportedTest } from "./support/test-report.ts";
import { root } from "./support/workspace.ts";

interface Row {
  readonly page: string;
  readonly number: number;
  readonly line: number;
  readonly proof: readonly string[];
}

const PAGES = ["docs/parity.md", "docs/copilot-sdk.md", "docs/ledger.md", "docs/reliability.md"];
const MAX_ROWS_PER_TEST = 3;

const findings = new Findings("proofs");
const tests = testsByFile();
const summary = PAGES.map(checkPage);
findings.report(summary.join("; "));

function checkPage(page: string): string {
  const rows = proofRows(page);
  const rowsOfTest = new Map<string, number[]>();
  if (rows.length === 0) findings.add(`${page} has no numbered row`);
  for (const [index, row] of rows.entries()) {
    if (row.number !== index + 1) findings.add(`${at(row)}: expected number ${index + 1}`);
    checkProof(row, rowsOfTest);
  }
  for (const [name, numbers] of rowsOfTest) {
    if (numbers.length > MAX_ROWS_PER_TEST)
      findings.add(`${page}: ${name} stands for ${numbers.length} rows: ${numbers.join(", ")}`);
  }
  return `${page}: ${rows.length} statements proved by ${rowsOfTest.size} tests`;
}

/** `| 1 | statement | proof cells … |` */
function proofRows(page: string): Row[] {
  return readFileSync(path.join(root, page), "utf8")
    .split(/\r?\n/)
    .flatMap((line, index) => {
      const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
      const number = Number(cells[1]);
      if (cells.length < 4 || !Number.isInteger(number) || cells[1] === "") return [];
      return [{ page, number, line: index + 1, proof: cells.slice(3).filter((cell) => cell !== "") }];
    });
}

function checkProof(row: Row, rowsOfTest: Map<string, number[]>): void {
  const spans = row.proof.flatMap((cell) => [...cell.matchAll(/(`+)(.+?)\1(?!`)/g)].map((match) => match[2]!.trim()));
  if (spans.length === 0) {
    findings.add(`${at(row)}: names no test`);
    return;
  }
  let file: string | undefined;
  let titles = 0;
  for (const span of spans) {
    if (/\.(test|soak|test-d)\.ts$/.test(span)) file = span;
    else if (file === undefined) findings.add(`${at(row)}: \`${span}\` stands before any test file`);
    else {
      checkTest(row, file, span, rowsOfTest);
      titles++;
    }
  }
  if (titles === 0) findings.add(`${at(row)}: names no test title`);
}

function checkTest(row: Row, file: string, title: string, rowsOfTest: Map<string, number[]>): void {
  const inFile = tests.get(file);
  if (!inFile) {
    findings.add(`${at(row)}: ${file} is not among the test files that ran`);
    return;
  }
  const found = inFile.filter((test) => namesOf(test).includes(title));
  if (found.length === 0) findings.add(`${at(row)}: ${file} has no test "${title}"`);
  else if (!found.every(({ status }) => status === "passed")) {
    findings.add(`${at(row)}: "${title}" in ${file} did not pass (${found.map(({ status }) => status).join(", ")})`);
  }
  const name = `${file} › ${title}`;
  const numbers = rowsOfTest.get(name) ?? [];
  // A row that names a test twice counts once.
  if (!numbers.includes(row.number)) rowsOfTest.set(name, [...numbers, row.number]);
}

/** A title alone, or with its groups in front in any of the usual spellings. */
function namesOf(test: ReportedTest): string[] {
  const parts = [...test.ancestorTitles, test.title];
  return [test.title, test.fullName, parts.join(" > "), parts.join(" › ")];
}

function testsByFile(): Map<string, readonly ReportedTest[]> {
  const report = readReport(path.join(root, ".reports/vitest.json"));
  return new Map(
    report.testResults.map(({ name, assertionResults }) => [
      path.relative(root, name).replaceAll(path.sep, "/"),
      assertionResults,
    ]),
  );
}

function at({ page, line, number }: Row): string {
  return `${page}:${line}: row ${number}`;
}
