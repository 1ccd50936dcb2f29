import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Findings } from "../support/findings.ts";
import { codeBlocks } from "../support/markdown.ts";
import { mustRun, runCommand } from "../support/run-command.ts";
import { root, type Manifest } from "../support/workspace.ts";
import { INSTALL } from "./install-tarballs.ts";

/** What an example does not install: it finds our packages in the folder above it, and runs the compiler of the workspace. */
const PROVIDED = /^(@ttasks\/.+|ttasks|typescript)$/;

/**
 * Each folder of `examples/` is a third party's package. It compiles and passes its tests with the installed tarballs, far from this
 * repository, and the blocks of its README run. Returns how many there are.
 */
export async function checkExamples(installed: string, findings: Findings): Promise<number> {
  const folders = readdirSync(path.join(root, "examples"), { withFileTypes: true }).filter((one) => one.isDirectory());
  const copies = folders.map(({ name }) => copyOf(name, path.join(installed, "examples", name)));
  // One after the other: an install that fails must not leave another one running. The tests mostly wait, and can do so together.
  for (const copy of copies) await mustRun("npm", INSTALL, { cwd: copy });
  await Promise.all(copies.map((copy) => checkExample(copy, findings)));
  return copies.length;
}

/** The tracked part of an example, and the blocks of its README as programs beside the tests. */
function copyOf(name: string, folder: string): string {
  const isSource = (file: string): boolean => !["node_modules", "dist"].includes(path.basename(file));
  cpSync(path.join(root, "examples", name), folder, { recursive: true, filter: isSource });
  const file = path.join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  const needs = ["dependencies", "peerDependencies", "devDependencies"].map((field) => [
    field,
    Object.fromEntries(Object.entries(Object(manifest[field]) as object).filter(([name]) => !PROVIDED.test(name))),
  ]);
  writeFileSync(file, JSON.stringify({ ...manifest, ...Object.fromEntries(needs) }, null, 2));
  for (const { language, code, line } of codeBlocks(readFileSync(path.join(folder, "README.md"), "utf8")))
    if (language === "ts") writeFileSync(path.join(folder, "test", `readme-${line}.ts`), `${code}\nexport {};\n`);
  return folder;
}

async function checkExample(folder: string, findings: Findings): Promise<void> {
  const name = `examples/${path.basename(folder)}`;
  if (!/"strict": true/.test(readFileSync(path.join(folder, "tsconfig.json"), "utf8")))
    findings.add(`${name}: its tsconfig.json is not strict`);
  const PATH = [path.join(root, "node_modules/.bin"), process.env["PATH"]].join(path.delimiter);
  const tests = await runCommand("npm", ["test"], { cwd: folder, env: { PATH } });
  if (!tests.ok) {
    findings.add(`${name}: \`npm test\` fails:\n${tests.output.trim()}`);
    return;
  }
  const cwd = path.join(folder, "run");
  mkdirSync(cwd);
  const programs = readdirSync(path.join(folder, "dist/test")).filter((file) => /^readme-\d+[.]js$/.test(file));
  for (const program of programs) {
    const run = await runCommand(process.execPath, [path.join("../dist/test", program)], { cwd, timeoutMs: 60_000 });
    if (!run.ok) findings.add(`${name}: the block of its README fails as ${program}:\n${run.output.trim()}`);
    else if (run.stdout.trim() === "") findings.add(`${name}: the block of its README prints nothing as ${program}`);
  }
}
