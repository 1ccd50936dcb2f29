import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { Findings } from "../support/findings.ts";
import { codeBlocks } from "../support/markdown.ts";
import { runCommand } from "../support/run-command.ts";
import { root } from "../support/workspace.ts";

/** The first `ts` block of the README runs from the installed packages, as an ES module and by `require()`. */
export async function checkQuickStart(installed: string, findings: Findings): Promise<void> {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const block = codeBlocks(readme).find(({ language }) => language === "ts");
  if (!block) {
    findings.add("README.md has no ts block to run as the quick start");
    return;
  }
  const forms = {
    "quick-start.mjs": transpile(block.code, ts.ModuleKind.ESNext),
    "quick-start.cjs": transpile(inFunction(block.code), ts.ModuleKind.CommonJS),
  };
  for (const [file, code] of Object.entries(forms)) {
    writeFileSync(path.join(installed, file), code);
    const run = await runCommand(process.execPath, [file], { cwd: installed, timeoutMs: 60_000 });
    if (!run.ok) findings.add(`the README's quick start fails as ${file}:\n${run.output.trim()}`);
    else if (run.stdout.trim() === "") findings.add(`the README's quick start prints nothing as ${file}`);
  }
}

function transpile(code: string, module: ts.ModuleKind): string {
  return ts.transpileModule(code, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } }).outputText;
}

/** A CommonJS script has no top-level await: all but the imports moves into an async function. */
function inFunction(code: string): string {
  const source = ts.createSourceFile("quick-start.ts", code, ts.ScriptTarget.ES2022);
  const imports = source.statements.filter((statement) => ts.isImportDeclaration(statement));
  const rest = source.statements.filter((statement) => !ts.isImportDeclaration(statement));
  const text = (statements: readonly ts.Statement[]): string =>
    statements.map((statement) => code.slice(statement.pos, statement.end)).join("");
  return `${text(imports)}\n(async () => {\n${text(rest)}\n})();\n`;
}
