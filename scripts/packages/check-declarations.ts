import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Findings } from "../support/findings.ts";
import { runCommand } from "../support/run-command.ts";
import type { Tarball } from "./pack-all.ts";

const require = createRequire(import.meta.url);
const compilers = { "5.6": "typescript-5.6", "6.0": "typescript" };
const options = {
  strict: true,
  exactOptionalPropertyTypes: true,
  target: "ES2022",
  lib: ["ES2022", "DOM"],
  types: [],
  skipLibCheck: false,
  module: "NodeNext",
  moduleResolution: "NodeNext",
  noEmit: true,
};

/** The declarations compile for a strict user with the oldest and the newest TypeScript, and no type package at all. */
export async function checkDeclarations(
  tarballs: readonly Tarball[],
  installed: string,
  findings: Findings,
): Promise<void> {
  const imports = tarballs.map(({ name }, index) => `import * as package${index} from "${name}";`);
  const exports = tarballs.map((_, index) => `export { package${index} };`);
  writeFileSync(path.join(installed, "consumer.mts"), [...imports, ...exports, ""].join("\n"));
  writeFileSync(
    path.join(installed, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, files: ["consumer.mts"] }),
  );
  for (const [version, compiler] of Object.entries(compilers)) {
    const tsc = require.resolve(`${compiler}/bin/tsc`);
    const run = await runCommand(process.execPath, [tsc, "-p", installed]);
    if (!run.ok) findings.add(`the declarations do not compile with TypeScript ${version}:\n${run.output.trim()}`);
  }
}
