import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { renderMarkdown } from "./render-report.ts";
import { readReports, root } from "./report.ts";

const START = "<!-- figures -->";
const END = "<!-- /figures -->";

/** Puts text between the two marks of a page. */
export function replaceFigures(page: string, figures: string): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error(`The page has no ${START} … ${END}`);
  return `${page.slice(0, start)}${START}\n\n${figures}\n${page.slice(end)}`;
}

/** Puts the figures of the reports into the README, in the form that the formatter leaves as it is. */
export async function writeFigures(suites: readonly string[]): Promise<void> {
  const { format, resolveConfig } = await import("prettier");
  const file = path.join(root, "benchmarks/README.md");
  const page = replaceFigures(readFileSync(file, "utf8"), renderMarkdown(readReports(suites)));
  writeFileSync(file, await format(page, { ...(await resolveConfig(file)), filepath: file }));
}
