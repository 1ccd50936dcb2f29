import { checkRef } from "./check-ref.ts";
import { HELP, readCommandLine, type CommandLine } from "./command-line.ts";
import type { Suite } from "./comparison.ts";
import { describeMachine } from "./machine.ts";
import { measureComparison } from "./measure-comparison.ts";
import { Progress } from "./progress.ts";
import { renderComparison } from "./render-report.ts";
import { root, writeReport, type ComparisonReport } from "./report.ts";
import { dag } from "./suites/dag.ts";
import { ledger } from "./suites/ledger.ts";
import { scale } from "./suites/scale.ts";
import { shell } from "./suites/shell.ts";
import { startup } from "./suites/startup.ts";
import { writeFigures } from "./write-figures.ts";

const suites: readonly Suite[] = [dag, scale, ledger, shell, startup];
const names = suites.map(({ name }) => name);

async function measure(suite: Suite, commandLine: CommandLine): Promise<void> {
  const machine = describeMachine(root);
  const progress = new Progress();
  const reports: ComparisonReport[] = [];
  for (const comparison of suite.comparisons) {
    const report = await measureComparison(comparison, commandLine, progress);
    if (!report) continue;
    reports.push(report);
    process.stdout.write(renderComparison(report));
  }
  const remarks = commandLine.only === undefined ? ((await suite.remarks?.()) ?? []) : [];
  for (const remark of remarks) process.stdout.write(`\n ${remark}\n`);
  const rounds = commandLine.rounds === undefined ? "" : ` --rounds ${commandLine.rounds}`;
  const command = `npx pnpm@12 bench ${suite.name}${rounds}`;
  // A part of a suite is for looking at: the report stays that of the whole.
  if (commandLine.only === undefined)
    writeReport({ suite: suite.name, command, machine, comparisons: reports, remarks });
}

async function main(): Promise<void> {
  const commandLine = readCommandLine(process.argv.slice(2), names);
  if (commandLine.help) {
    process.stdout.write(HELP);
  } else if (commandLine.write) {
    await writeFigures(names);
  } else if (commandLine.check) {
    if (!(await checkRef(commandLine))) process.exitCode = 1;
  } else {
    const wanted = commandLine.suites.length === 0 ? names : commandLine.suites;
    for (const name of wanted)
      await measure(
        suites.find((suite) => suite.name === name)!,
        commandLine,
      );
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof TypeError ? 2 : 1;
});
