import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { Findings } from "../support/findings.ts";
import { codeBlocks } from "../support/markdown.ts";
import { runCommand, type CommandResult } from "../support/run-command.ts";
import { root } from "../support/workspace.ts";

const GUIDE = "docs/stores.md";
const STORE = "json-file-store.mjs";
const PROGRAM = "use.mjs";
/** Fewer would mean that whole groups have not run. */
const MIN_TESTS = 100;

/** A method that is broken, and what the kit must say of it. */
interface Fault {
  readonly text: string;
  readonly broken: string;
  readonly title: string;
  readonly advice: string;
}

const FAULTS: readonly Fault[] = [
  {
    text: "return stored === ifRevision;",
    broken: "return true;",
    title: "over revision 3, a put that expects a lower revision is skipped",
    advice: "this put must be skipped: heed `revision` and `ifRevision`",
  },
  {
    text: "load(kinds, before);",
    broken: "",
    title: "a write that fails half-way changes nothing",
    advice: "`write` must be one transaction: roll back when anything throws",
  },
  {
    text: "save(path, linesOf(kinds));",
    broken: "setTimeout(() => save(path, linesOf(kinds)), 200);",
    title: "a saved task is durable when its save has returned or resolved",
    advice: "`tasks.save` may return or resolve only when the task is durable",
  },
];

/** Who follows the guide word for word has a store that passes the kit; and the kit names what is then broken. */
export async function checkStoreGuide(installed: string, findings: Findings): Promise<void> {
  const folder = path.join(installed, "store-guide");
  mkdirSync(folder, { recursive: true });
  const files = writeGuideFiles(folder);
  const store = files.get(STORE);
  if (store === undefined || !files.has(PROGRAM)) {
    findings.add(`${GUIDE} does not show ${STORE} and ${PROGRAM}`);
    return;
  }
  checkTypes(folder, findings);
  await checkPasses(folder, findings);
  for (const fault of FAULTS) {
    if (!store.includes(fault.text)) findings.add(`${GUIDE}: ${STORE} does not have \`${fault.text}\``);
    writeFileSync(path.join(folder, STORE), store.replace(fault.text, fault.broken));
    await checkNamed(folder, fault, findings);
  }
  writeFileSync(path.join(folder, STORE), store);
}

/** Writes the blocks that are marked `file=…`, and gives them by the names of their files. */
function writeGuideFiles(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { marks, code } of codeBlocks(readFileSync(path.join(root, GUIDE), "utf8"))) {
    const name = marks.find((mark) => mark.startsWith("file="))?.slice("file=".length);
    if (name !== undefined) files.set(name, `${code}\n`);
  }
  for (const [name, code] of files) writeFileSync(path.join(folder, name), code);
  return files;
}

/** The comments of the guide's JavaScript are right about its types. */
function checkTypes(folder: string, findings: Findings): void {
  const program = ts.createProgram([path.join(folder, STORE), path.join(folder, PROGRAM)], {
    allowJs: true,
    checkJs: true,
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    typeRoots: [path.join(root, "node_modules/@types")],
    types: ["node"],
  });
  for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
    const name = path.basename(file?.fileName ?? GUIDE);
    findings.add(`${GUIDE}: ${name} does not compile: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  }
}

async function checkPasses(folder: string, findings: Findings): Promise<void> {
  const tests = await runNode(folder, ["--test"]);
  const passed = Number(/^(?:#|ℹ) pass (\d+)$/m.exec(tests.stdout)?.[1]);
  if (!tests.ok) findings.add(`${GUIDE}: the store of the guide fails its tests:\n${tests.output.trim()}`);
  else if (!(passed >= MIN_TESTS)) findings.add(`${GUIDE}: only ${passed} tests of the store of the guide ran`);
  const program = await runNode(folder, [PROGRAM]);
  if (program.stdout.trim() !== "1")
    findings.add(`${GUIDE}: ${PROGRAM} does not print what it says:\n${program.output.trim()}`);
}

async function checkNamed(folder: string, fault: Fault, findings: Findings): Promise<void> {
  const { ok, stdout } = await runNode(folder, ["--test"]);
  const isNamed = stdout.includes(fault.title) && stdout.includes(fault.advice);
  if (ok || !isNamed)
    findings.add(`${GUIDE}: with \`${fault.broken}\` for \`${fault.text}\` the kit does not say "${fault.advice}"`);
}

function runNode(folder: string, args: readonly string[]): Promise<CommandResult> {
  return runCommand(process.execPath, args, { cwd: folder, timeoutMs: 120_000 });
}
