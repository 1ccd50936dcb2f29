import path from "node:path";
import ts from "typescript";
import type { Findings } from "../support/findings.ts";
import { GuideFolder, type GuideFault } from "./guide-folder.ts";

const FAULTS: readonly GuideFault[] = [
  {
    file: "fetch-handlers.mjs",
    text: "fetch(task.payload.url, { headers, signal })",
    broken: "fetch(task.payload.url, { headers })",
    title: "a task that is cancelled while it runs ends as cancelled, and so does the handler",
    advice: "the handler must end once `context.signal` is aborted",
  },
  {
    file: "fetch-handlers.mjs",
    text: "if (response.ok)",
    broken: "if (response)",
    title: "a task that fails tells why",
    advice: "a handler fails by throwing",
  },
];

/** The handler of the guide passes the kit by the test of the guide; and the kit names what is then broken. */
export async function checkHandlerGuide(installed: string, findings: Findings): Promise<void> {
  const folder = path.join(installed, "handler-guide");
  const guide = new GuideFolder("docs/handlers.md", folder, findings, toJavaScript);
  await guide.expectPasses(20);
  for (const fault of FAULTS) await guide.expectNamed(fault);
}

/** Node 20 runs JavaScript alone. The imports that each block of the guide only stands for are made. */
function toJavaScript(name: string, code: string): readonly [string, string] {
  const whole = code
    .replace(/^\/\/ Stands for: (.+)\ndeclare const .+;$/gm, "$1")
    .replaceAll(/(["'])(\.\/.+)\.ts\1/g, "$1$2.mjs$1");
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  return [name.replace(/\.ts$/, ".mjs"), ts.transpileModule(whole, { compilerOptions }).outputText];
}
