import { stripVTControlCharacters } from "node:util";

/**
 * The lines of a text as they may be shown on any terminal: without colours and other control sequences; of a line that was written
 * over and over, as progress bars do, what was left in the end.
 */
export function plainLines(text: string): readonly string[] {
  return stripVTControlCharacters(text).split("\n").map(visible);
}

function visible(line: string): string {
  // eslint and others end lines with \r\n on Windows.
  const written = line.replace(/\r+$/, "");
  const left = written.slice(written.lastIndexOf("\r") + 1).replaceAll("\t", "    ");
  return left.replace(/\p{Cc}/gu, "").trimEnd();
}
