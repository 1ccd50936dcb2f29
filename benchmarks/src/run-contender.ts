import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Contender, Sample } from "./comparison.ts";

/** Where the programs of the contenders lie once they are built. */
export const dist = fileURLToPath(new URL(".", import.meta.url));

/**
 * Measures a contender once, in a process of its own.
 *
 * @throws {Error} when it fails, with what it wrote to stderr.
 */
export async function runContender(contender: Contender): Promise<Sample> {
  const { name, program, args = [], nodeArgs = [], env = {}, isTimed = false } = contender;
  const file = program === undefined ? [] : [path.join(dist, "contenders", `${program}.js`)];
  const start = performance.now();
  const child = spawn(process.execPath, [...nodeArgs, ...file, ...args], {
    cwd: path.dirname(dist),
    env: { ...process.env, NODE_OPTIONS: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => void (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (stderr += chunk.toString()));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  const ms = performance.now() - start;
  if (code !== 0) throw new Error(`${name} failed (${code ?? signal ?? "?"}):\n${stderr}${stdout}`);
  if (isTimed) return { values: { ms } };
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Sample;
}
