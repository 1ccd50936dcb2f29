import Table from "cli-table3";
import type { TableData } from "./tabulate.ts";

/** Columns two blanks apart, without lines. */
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

/** A table for the terminal, each line with its end. The first column and the last are words, the others numbers. */
export function renderTable({ head, rows }: TableData): string {
  const table = new Table({
    chars: BARE,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 || column === head.length - 1 ? "left" : "right")),
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split("\n");
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}
