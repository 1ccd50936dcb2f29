import { writeSync } from "node:fs";
import type { Sample } from "../comparison.ts";

/** Tells what was measured, as the last line of the process. */
export function printSample(values: Sample["values"], facts?: Sample["facts"]): void {
  writeSync(1, `${JSON.stringify({ values, facts })}\n`);
}
