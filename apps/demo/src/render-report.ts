import path from "node:path";
import stringWidth from "string-width";
import { checkLook } from "./check-look.ts";
import { fitWidth } from "./fit-width.ts";
import { formatDuration } from "./format-duration.ts";
import { renderTable, type Column } from "./render-table.ts";
import type { CheckOutcome, CheckStatus, Report } from "./report.ts";
import type { Terminal } from "./terminal.ts";

/** In the order in which the summary tells them. */
const SUMMED_UP: readonly CheckStatus[] = ["failed", "cancelled", "blocked", "pending", "done"];

/** The table of all checks, then what the failed ones printed last. */
export function renderReport(terminal: Terminal, { checks }: Report): string {
  const failures = checks.filter(({ lastLines }) => lastLines !== undefined);
  return [renderChecks(terminal, checks), ...failures.map((check) => renderFailure(terminal, check))].join("\n");
}

/** The last word on a run: how it went, and where the ledger lies. */
export function renderSummary(terminal: Terminal, { ok, durationMs, checks }: Report, ledger: string): string {
  const { colors } = terminal;
  const counts = SUMMED_UP.flatMap((status) => {
    const count = checks.filter((check) => check.status === status).length;
    return count === 0 ? [] : [`${count} ${checkLook(terminal, status).word}`];
  });
  const verdict = colors.bold(verdictOf(terminal, ok, checks));
  const summary = terminal.wrap(`${verdict}: ${counts.join(", ")} in ${formatDuration(durationMs)}`);
  // A path stays in one piece, to be copied.
  return `${summary.join("\n")}\n${colors.dim("Ledger:")} ${nearPath(ledger)}\n`;
}

function verdictOf({ colors }: Terminal, ok: boolean, checks: readonly CheckOutcome[]): string {
  if (ok) return colors.green("All checks passed");
  const isCancelled = checks.some(({ status }) => status === "cancelled");
  return isCancelled ? colors.yellow("Cancelled") : colors.red("Not all checks passed");
}

/** What the columns but the names and the notes take at most, with the space between them. */
const FIXED_COLUMNS = 32;
const MIN_NOTE_WIDTH = 16;

/** Where the notes do not fit, they follow below. */
function renderChecks(terminal: Terminal, checks: readonly CheckOutcome[]): string {
  const { colors, width } = terminal;
  const names = checks.map(({ script }) => script);
  const nameWidth = Math.min(
    Math.max(5, ...names.map((name) => stringWidth(name))),
    Math.max(6, width - FIXED_COLUMNS),
  );
  const columns: Column[] = [
    { title: "  Check" },
    { title: "Status" },
    { title: "Time", align: "right" },
    { title: "Exit", align: "right" },
  ];
  const rows = checks.map((check) => {
    const { symbol, word } = checkLook(terminal, check.status);
    const name = `${symbol} ${fitWidth(check.script, nameWidth)}`;
    return [name, word, formatDuration(check.durationMs), String(check.exitCode ?? "–")];
  });
  const noteWidth = width - FIXED_COLUMNS - nameWidth - 2;
  if (noteWidth < MIN_NOTE_WIDTH) return renderTable(terminal, columns, rows) + renderReasons(terminal, checks);
  const notes = checks.map(({ command, reason }) => reason ?? colors.dim(command));
  return renderTable(
    terminal,
    [...columns, { title: "Note" }],
    rows.map((row, index) => [...row, fitWidth(notes[index]!, noteWidth)]),
  );
}

/** For a terminal that is too narrow for notes. */
function renderReasons(terminal: Terminal, checks: readonly CheckOutcome[]): string {
  const reasons = checks.flatMap(({ script, reason }) => (reason === undefined ? [] : `${script}: ${reason}`));
  return reasons
    .flatMap((line) => terminal.wrap(line, 1))
    .map((line) => ` ${line}\n`)
    .join("");
}

function renderFailure(terminal: Terminal, { script, command, reason, lastLines = [] }: CheckOutcome): string {
  const { colors } = terminal;
  const said = lastLines.length === 0 ? ` ${colors.dim("It printed nothing.")}\n` : "";
  const lines = lastLines
    .flatMap((line) => terminal.wrap(line, 3))
    .map((line) => `${` ${colors.red("│")} ${line}`.trimEnd()}\n`);
  return `${colors.red("✖")} ${colors.bold(script)}: ${reason ?? "failed"} ${colors.dim(`(${command})`)}\n${said}${lines.join("")}`;
}

/** Short where it lies below the current folder. */
function nearPath(file: string): string {
  const relative = path.relative("", file);
  return relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}
