import { stripVTControlCharacters } from "node:util";
import type { Findings } from "../support/findings.ts";
import { runCommand } from "../support/run-command.ts";
import type { Tarball } from "./pack-all.ts";

const ARGUMENTS = ["--profile", "esm-only", "--format", "ascii", "--no-emoji"];

/** Are the types wrong? For every way in which TypeScript finds an ES module, the types are those of the JavaScript. */
export async function checkResolution(tarballs: readonly Tarball[], findings: Findings): Promise<void> {
  const runs = await Promise.all(tarballs.map(({ file }) => runCommand("attw", [...ARGUMENTS, file])));
  for (const [index, { ok, output }] of runs.entries()) {
    if (!ok) findings.add(`attw of ${tarballs[index]!.name}:\n${stripVTControlCharacters(output).trim()}`);
  }
}
