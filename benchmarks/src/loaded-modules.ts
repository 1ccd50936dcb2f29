import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { dist } from "./run-contender.ts";

/** The addresses of the modules that a process loads which runs one task with `ttasks`, as hooks of the loader see them. */
export function loadedModules(task: "own" | "shell"): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "ttasks-bench-"));
  const file = path.join(folder, "imports");
  const programs = path.join(dist, "contenders/startup");
  try {
    execFileSync(
      process.execPath,
      [
        "--import",
        pathToFileURL(path.join(programs, "record-imports.js")).href,
        path.join(programs, "run-one.js"),
        task,
      ],
      { env: { ...process.env, IMPORTS_FILE: file } },
    );
    return readFileSync(file, "utf8").trim().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
