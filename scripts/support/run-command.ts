import { spawn } from "node:child_process";

/** How a command ended, and all that it wrote. */
export interface CommandResult {
  readonly ok: boolean;
  readonly output: string;
  readonly stdout: string;
}

export interface CommandOptions {
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** @default 300_000 */
  readonly timeoutMs?: number | undefined;
}

/** Runs a command to its end without a terminal. It never rejects: a command that cannot start is a failed one. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutMs ?? 300_000,
    // On Windows npm and pnpm are batch files, which only a shell can start.
    shell: process.platform === "win32" && program !== process.execPath,
  });
  let output = "";
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ ok: false, output: `${program}: ${error.message}`, stdout }));
    child.on("close", (code, signal) => {
      const end = signal === null ? "" : `\n${program} was ended by ${signal}`;
      resolve({ ok: code === 0, output: output + end, stdout });
    });
  });
}

/** The same, but throws with the command's output when it fails. */
export async function mustRun(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await runCommand(program, args, options);
  if (!result.ok) throw new Error(`${program} ${args.join(" ")} failed:\n${result.output.trimEnd()}`);
  return result.stdout;
}
