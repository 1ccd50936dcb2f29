import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { Findings } from "../support/findings.ts";
import { root, workspacePackages } from "../support/workspace.ts";
import type { Example } from "./examples.ts";

/** Where the blocks are written, each as a module of its own. The packages are linked there, so imports resolve as a user's do. */
const folder = path.join(root, ".cache/docs");

/** The file that a block is written to. */
export function fileOf(example: Example): string {
  return path.join(folder, `${example.file.replaceAll(/[^\w]+/g, "-")}-${example.line}.ts`);
}

/** Type-checks all `ts` blocks in one program. */
export function compileExamples(examples: readonly Example[], findings: Findings): void {
  linkPackages();
  const byFile = new Map<string, Example>();
  for (const example of examples) {
    if (example.language !== "ts") continue;
    writeFileSync(fileOf(example), `${example.code}\nexport {};\n`);
    byFile.set(ts.sys.resolvePath(fileOf(example)), example);
  }
  const program = ts.createProgram([...byFile.keys()], compilerOptions());
  for (const [file, example] of byFile) {
    const source = program.getSourceFile(file);
    for (const diagnostic of ts.getPreEmitDiagnostics(program, source)) {
      findings.add(`${whereOf(diagnostic, example)}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`);
    }
  }
}

function linkPackages(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, "node_modules/@ttasks"), { recursive: true });
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const { name, folder: target } of workspacePackages()) {
    symlinkSync(target, path.join(folder, "node_modules", name), "junction");
  }
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.base.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options;
}

function whereOf(diagnostic: ts.Diagnostic, example: Example): string {
  if (diagnostic.file === undefined || diagnostic.start === undefined) return `${example.file}:${example.line}`;
  const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
  return `${example.file}:${example.line + 1 + line}`;
}
