import { stripVTControlCharacters } from "node:util";

/** How many lines a user reads before opening the log. */
const LINES = 12;

/**
 * The last lines of a program's output that say something: without colours and other control sequences, without blank lines at
 * the end and more than one between; of a line that was written over and over, as progress bars do, what was left in the end.
 */
export function lastLines(output: string, count = LINES): readonly string[] {
  // Taking colours off all of a large output would be for nothing.
  const lines = stripVTControlCharacters(output.slice(-count * 2_000))
    .split("\n")
    .map(visible);
  while (lines.at(-1) === "") lines.pop();
  return lines
    .filter((line, index) => line !== "" || lines[index - 1] !== "")
    .slice(-count)
    .filter((line, index) => line !== "" || index > 0);
}

function visible(line: string): string {
  // eslint and others end lines with \r\n on Windows.
  const written = line.replace(/\r+$/, "");
  const left = written.slice(written.lastIndexOf("\r") + 1).replaceAll("\t", "    ");
  return left.replace(/\p{Cc}/gu, "").trimEnd();
}
