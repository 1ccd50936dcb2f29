import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Findings } from "../support/findings.ts";
import { runCommand, type CommandResult } from "../support/run-command.ts";
import { root } from "../support/workspace.ts";
import { checkPicture } from "./check-picture.ts";
import { fileOf } from "./compile-examples.ts";
import type { Example } from "./examples.ts";

const tsx = import.meta.resolve("tsx");

/** Runs the blocks that are to run, one after another, and returns how many there were. */
export async function runExamples(examples: readonly Example[], findings: Findings): Promise<number> {
  const runnable = examples.filter(({ run }) => run);
  for (const example of runnable) {
    const result = await (example.language === "ts" ? runTypeScript(example) : runShell(example));
    if (!result.ok)
      findings.add(`${example.file}:${example.line}: the block fails when it is run:\n${result.output.trim()}`);
    else await checkPicture(example, result.stdout, findings);
  }
  return runnable.length;
}

/** In an empty folder, as a user's own file. */
async function runTypeScript(example: Example): Promise<CommandResult> {
  const cwd = mkdtempSync(path.join(os.tmpdir(), "ttasks-docs-"));
  try {
    const args = ["--import", tsx, "--conditions=source", fileOf(example)];
    return await runCommand(process.execPath, args, { cwd, timeoutMs: 60_000 });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function runShell(example: Example): Promise<CommandResult> {
  return runCommand("bash", ["-euo", "pipefail", "-c", example.code], { cwd: root });
}
