import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";
import type { Mutant } from "./mutants.ts";

/** What came of the seeds that were played. */
export interface Played {
  /** How many were played until one failed, or in all. */
  readonly seeds: number;
  readonly steps: number;
  /** What the one that failed was found to do wrong. */
  readonly problem?: string;
}

const packages = path.join(import.meta.dirname, "../../..");

/** Plays seeds against the sources as they are, or with a bug in them, until one fails. */
export async function playMutant(mutant: Mutant | undefined, seeds: number): Promise<Played> {
  const folder = await mkdtemp(path.join(tmpdir(), "ttasks-mutant-"));
  try {
    const outfile = path.join(folder, "program.mjs");
    await build({
      entryPoints: [path.join(import.meta.dirname, "mutant-program.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      conditions: ["source"],
      logLevel: "silent",
      plugins: mutant ? [planting(mutant)] : [],
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile, String(seeds)]);
    return JSON.parse(stdout) as Played;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts the bug in; fails where its place is not found. */
function planting({ file, text, replacement }: Mutant): Plugin {
  const planted = path.join(packages, file);
  return {
    name: "plant",
    setup({ onLoad }) {
      onLoad({ filter: /[.]ts$/ }, async ({ path: loaded }) => {
        if (loaded !== planted) return undefined;
        const parts = (await readFile(loaded, "utf8")).split(text);
        if (parts.length !== 2) throw new Error(`${file} must have this once, not ${parts.length - 1} times: ${text}`);
        return { contents: parts.join(replacement), loader: "ts" };
      });
    },
  };
}
