import { plainLines } from "./plain-lines.ts";

/** How many lines a user reads before opening the log. */
const LINES = 12;

/** The last lines of a program's output that say something: plain, without blank lines at the end and more than one between. */
export function lastLines(output: string, count = LINES): readonly string[] {
  // Taking colours off all of a large output would be for nothing.
  const lines = [...plainLines(output.slice(-count * 2_000))];
  while (lines.at(-1) === "") lines.pop();
  return lines
    .filter((line, index) => line !== "" || lines[index - 1] !== "")
    .slice(-count)
    .filter((line, index) => line !== "" || index > 0);
}
