import cliTruncate from "cli-truncate";
import stringWidth from "string-width";

/** The text, cut to so many columns where it is wider; a cut is marked by `…`. */
export function fitWidth(text: string, width: number): string {
  const cut = cliTruncate(text, width);
  // A character of two columns may have been kept where only one was left.
  return stringWidth(cut) <= width ? cut : cliTruncate(text, width - 1);
}

/** The text in exactly so many columns. */
export function padToWidth(text: string, width: number): string {
  const fitting = fitWidth(text, width);
  return fitting + " ".repeat(width - stringWidth(fitting));
}
