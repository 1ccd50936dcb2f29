import Table from "cli-table3";
import type { Terminal } from "./terminal.ts";

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right" | undefined;
}

/** Nothing but columns, two blanks apart, under a ruled heading. */
const BARE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: " ",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

/** A table as text, each line with its end. */
export function renderTable(
  { colors }: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const table = new Table({
    chars: BARE,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    head: columns.map(({ title }) => colors.dim(title)),
    colAligns: columns.map(({ align = "left" }) => align),
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split("\n");
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}
