import { PassThrough } from "node:stream";
import { preflight } from "../src/preflight.ts";

/** What a run of the program gave. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test may choose for a run. */
export interface RunChoices {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** The environment of the Copilot runtime, which must lead to a stand-in; without it no model is asked. */
  readonly copilot?: NodeJS.ProcessEnv;
  /** Whether the output goes to a terminal of 80 columns. */
  readonly isTTY?: boolean;
}

/** Runs the program in this process. */
export async function runPreflight(argv: readonly string[], choices: RunChoices = {}): Promise<Ran> {
  const { cwd = process.cwd(), copilot, signal = new AbortController().signal, isTTY = false } = choices;
  const stdout = Object.assign(new PassThrough(), isTTY ? { isTTY, columns: 80, rows: 24, hasColors: () => true } : {});
  const stderr = new PassThrough();
  const env = { ...choices.env, ...copilot };
  const args = copilot ? argv : [...argv, "--no-ai"];
  const exitCode = await preflight(args, { stdout, stderr, env, cwd, signal });
  return { exitCode, stdout: textOf(stdout), stderr: textOf(stderr) };
}

function textOf(stream: PassThrough): string {
  return String((stream.read() as Buffer | null) ?? "");
}
