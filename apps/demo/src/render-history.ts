import { checkLook } from "./check-look.ts";
import { fitWidth } from "./fit-width.ts";
import { formatDuration } from "./format-duration.ts";
import type { PastRun } from "./past-runs.ts";
import { renderTable } from "./render-table.ts";
import type { Report } from "./report.ts";
import type { Terminal } from "./terminal.ts";

const WHEN = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" });
/** What the first three columns take with the space after them. */
const FIRST_COLUMNS = 42;

/** A table of earlier runs: when, how they went, and how long each check took where there is room for that. */
export function renderHistory(terminal: Terminal, runs: readonly PastRun[]): string {
  const { colors, width } = terminal;
  const room = width - FIRST_COLUMNS;
  const rows = runs.map(({ startedAt, report }) => {
    const row = [WHEN.format(startedAt), resultOf(terminal, report), report ? formatDuration(report.durationMs) : "–"];
    return room < 12 ? row : [...row, fitWidth(durationsOf(terminal, report), room)];
  });
  const columns = [{ title: "When" }, { title: "Result" }, { title: "Time", align: "right" as const }];
  if (room >= 12) columns.push({ title: "Checks" });
  return `${colors.bold("Earlier runs")}\n${renderTable(terminal, columns, rows)}`;
}

function resultOf({ colors }: Terminal, report: Report | undefined): string {
  if (!report) return colors.yellow("broken off");
  if (report.ok) return colors.green("passed");
  const isCancelled = report.checks.some(({ status }) => status === "cancelled");
  return isCancelled ? colors.yellow("cancelled") : colors.red("failed");
}

function durationsOf(terminal: Terminal, report: Report | undefined): string {
  const checks = (report?.checks ?? []).map(({ script, status, durationMs }) => {
    const { symbol } = checkLook(terminal, status);
    return durationMs === undefined ? `${symbol} ${script}` : `${symbol} ${script} ${formatDuration(durationMs)}`;
  });
  return checks.join("  ");
}
