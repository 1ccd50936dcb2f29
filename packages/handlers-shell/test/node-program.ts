import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A Node program of its own, written in TypeScript and reading the packages from their sources. */
export interface NodeProgram {
  readonly child: ChildProcess;
  /** How it ended, with what it printed until then. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** Starts `test/fixtures/<name>`; `flags` are those of Node. */
export function startNode(
  name: string,
  args: readonly string[],
  env: Record<string, string> = {},
  flags: readonly string[] = [],
): NodeProgram {
  const file = fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=source", ...flags, file, ...args], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...env },
  });
  return { child, ended: endOf(child) };
}

async function endOf(child: ChildProcess): NodeProgram["ended"] {
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (chunk: string) => (texts[stream] += chunk));
  }
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, ...texts };
}
