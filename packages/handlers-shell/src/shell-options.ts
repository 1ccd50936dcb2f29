import { checkDelay, checkEnv, checkKeys, checkPath, expected } from "@ttasks/node-support";

/** How the processes of one kind of shell task run; `metadata.shell` of a task goes before it. */
export interface ShellOptions {
  /**
   * The folder that the processes start in.
   *
   * @default the current directory of this process, when the task starts
   */
  readonly cwd?: string | undefined;
  /**
   * Environment variables on top of those of this process; one that is `undefined` is taken away.
   *
   * @default {}
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * The program to run: a name to be looked up on the PATH, or a path.
   *
   * @default "bash" or "pwsh"
   */
  readonly shell?: string | undefined;
  /**
   * How many bytes are kept of each of the two output streams: half of it from the beginning, half from the end. The
   * result tells how many were left out between. Live output is not bounded by it.
   *
   * @default 4_194_304 (4 MiB)
   */
  readonly maxOutputBytes?: number | undefined;
  /**
   * How long processes that are told to end (SIGTERM) may take before they are killed (SIGKILL).
   *
   * @default 5_000
   */
  readonly killGraceMs?: number | undefined;
}

/** Options of both shell handlers at once. */
export interface ShellHandlersOptions extends Omit<ShellOptions, "shell"> {
  /**
   * The programs to run: names to be looked up on the PATH, or paths.
   *
   * @default { bash: "bash", powershell: "pwsh" }
   */
  readonly shell?: { readonly bash?: string | undefined; readonly powershell?: string | undefined } | undefined;
}

/** {@link ShellOptions} with the defaults filled in. */
export interface ShellSettings {
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly shell: string;
  readonly maxOutputBytes: number;
  readonly killGraceMs: number;
}

const OPTIONS = ["cwd", "env", "shell", "maxOutputBytes", "killGraceMs"];
const DEFAULT_OUTPUT_BYTES = 4 * 1024 * 1024;
/** Text of twice this length, all that can be kept of a stream that is not UTF-8, still fits a JavaScript string. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
const DEFAULT_GRACE_MS = 5_000;

/**
 * The settings of one handler.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 */
export function readShellOptions(owner: string, options: ShellOptions, defaultShell: string): ShellSettings {
  checkKeys(owner, options, OPTIONS, "options");
  const { maxOutputBytes = DEFAULT_OUTPUT_BYTES } = options;
  if (!Number.isInteger(maxOutputBytes) || maxOutputBytes < 0 || maxOutputBytes > MAX_OUTPUT_BYTES)
    throw expected("maxOutputBytes", `an integer from 0 to ${MAX_OUTPUT_BYTES}`, maxOutputBytes);
  return {
    cwd: checkPath("cwd", options.cwd),
    env: checkEnv("env", options.env),
    shell: checkPath("shell", options.shell) ?? defaultShell,
    maxOutputBytes,
    killGraceMs: checkDelay("killGraceMs", options.killGraceMs, 0) ?? DEFAULT_GRACE_MS,
  };
}

/**
 * The options of both handlers, told apart.
 *
 * @throws {TypeError} when an option is unknown or `shell` is not as expected.
 */
export function splitShellOptions(
  owner: string,
  options: ShellHandlersOptions,
): Record<"bash" | "powershell", ShellOptions> {
  checkKeys(owner, options, OPTIONS, "options");
  const { shell, ...shared } = options;
  if (shell !== undefined) checkKeys("shell", shell, ["bash", "powershell"]);
  checkPath("shell.bash", shell?.bash);
  checkPath("shell.powershell", shell?.powershell);
  return { bash: { ...shared, shell: shell?.bash }, powershell: { ...shared, shell: shell?.powershell } };
}
