import path from "node:path";
import ts from "typescript";
import type { Findings } from "../support/findings.ts";
import { root } from "../support/workspace.ts";
import { GuideFolder, type GuideFault } from "./guide-folder.ts";

const STORE = "json-file-store.mjs";
const PROGRAM = "use.mjs";

const FAULTS: readonly GuideFault[] = [
  {
    file: STORE,
    text: "return stored === ifRevision;",
    broken: "return true;",
    title: "over revision 3, a put that expects a lower revision is skipped",
    advice: "this put must be skipped: heed `revision` and `ifRevision`",
  },
  {
    file: STORE,
    text: "load(kinds, before);",
    broken: "",
    title: "a write that fails half-way changes nothing",
    advice: "`write` must be one transaction: roll back when anything throws",
  },
  {
    file: STORE,
    text: "save(path, linesOf(kinds));",
    broken: "setTimeout(() => save(path, linesOf(kinds)), 200);",
    title: "a saved task is durable when its save has returned or resolved",
    advice: "`tasks.save` may return or resolve only when the task is durable",
  },
];

/** Who follows the guide word for word has a store that passes the kit; and the kit names what is then broken. */
export async function checkStoreGuide(installed: string, findings: Findings): Promise<void> {
  const guide = new GuideFolder("docs/stores.md", path.join(installed, "store-guide"), findings);
  checkTypes(guide);
  await guide.expectPasses(120);
  const program = await guide.runNode(PROGRAM);
  if (program.stdout.trim() !== "1") guide.add(`${PROGRAM} does not print what it says:\n${program.output.trim()}`);
  for (const fault of FAULTS) await guide.expectNamed(fault);
}

/** The comments of the guide's JavaScript are right about its types. */
function checkTypes(guide: GuideFolder): void {
  const files = [STORE, PROGRAM].map((name) => path.join(guide.folder, name));
  const program = ts.createProgram(files, {
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
    const name = path.basename(file?.fileName ?? "the store");
    guide.add(`${name} does not compile: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  }
}
