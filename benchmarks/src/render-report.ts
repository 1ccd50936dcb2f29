import { renderTable } from "./render-table.ts";
import type { ComparisonReport, Report } from "./report.ts";
import type { Machine } from "./machine.ts";
import type { TableData } from "./tabulate.ts";

/** A comparison for the terminal. */
export function renderComparison({ title, note, table, skipped }: ComparisonReport): string {
  const lines = skipped.map((line) => ` ${line}\n`).join("");
  return `\n${title}\n\n${renderTable(table)}${lines}\n ${note}\n`;
}

/** Reports as a section of a page in Markdown. */
export function renderMarkdown(reports: readonly Report[]): string {
  return reports.map(renderSuite).join("\n");
}

function renderSuite({ suite, command, machine, comparisons, remarks }: Report): string {
  const parts = comparisons.map(
    ({ title, note, table, skipped, rounds }) =>
      `#### ${title}\n\n${markdownTable(table)}\n${[`${rounds} rounds. ${note}`, ...skipped].join("\n\n")}\n`,
  );
  const list = remarks.length === 0 ? [] : [`${remarks.map((remark) => `- ${remark}`).join("\n")}\n`];
  return [`### ${suite}\n\n${describe(machine, command)}\n`, ...parts, ...list].join("\n");
}

function describe({ cpu, cores, memoryGib, node, system, date, commit }: Machine, command: string): string {
  return `\`${command}\` on ${date} at commit ${commit}: ${cpu}, ${cores} cores, ${memoryGib} GiB, ${system}, Node ${node}.`;
}

function markdownTable({ head, rows }: TableData): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(" | ")} |\n`;
  const rule = head.map((_, column) => (column === 0 || column === head.length - 1 ? "---" : "--:"));
  return [line(head), line(rule), ...rows.map(line)].join("");
}

function escape(cell: string): string {
  return cell.replaceAll("|", "\\|").replaceAll("\n", "<br>");
}
