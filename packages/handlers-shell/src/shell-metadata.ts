import { resolve } from "node:path";
import type { Task } from "@ttasks/core";
import {
  ATTEMPT_VARIABLE,
  attemptMark,
  checkEnv,
  checkKeys,
  checkPath,
  expected,
  markedAs,
  mergedEnv,
} from "@ttasks/node-support";
import type { ShellSettings } from "./shell-options.ts";

/**
 * What a single task may say of its process, as `metadata.shell`.
 *
 * @example
 * ```ts
 * import { Task } from "@ttasks/core";
 * import type { ShellMetadata } from "@ttasks/handlers-shell";
 *
 * const shell: ShellMetadata = { cwd: "packages/core", env: { CI: "true" }, stdin: "3 2 1" };
 * Task.bash("tr ' ' '\\n' | sort", { metadata: { shell } });
 * ```
 */
// Not an interface: only an alias counts as JSON.
export type ShellMetadata = {
  /**
   * The folder that the process starts in; a relative one starts from the handler's `cwd`.
   *
   * @default the handler's `cwd`
   */
  readonly cwd?: string | undefined;
  /**
   * Environment variables on top of the handler's; one that is null is taken away.
   *
   * @default {}
   */
  readonly env?: Readonly<Record<string, string | null>> | undefined;
  /**
   * Text that the process reads from its standard input.
   *
   * @default undefined (standard input is closed)
   */
  readonly stdin?: string | undefined;
};

/** Where and with what one process starts. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: string | undefined;
}

/**
 * What the handler's settings and the task's own `metadata.shell` come to.
 *
 * @throws {TypeError} when `metadata.shell` has an unknown key or something in it is not as expected.
 */
export function surroundingsOf(task: Task, settings: ShellSettings): Surroundings {
  const { shell = {} } = task.metadata;
  const { cwd, env, stdin } = checkKeys("metadata.shell", shell, ["cwd", "env", "stdin"]);
  if (stdin !== undefined && typeof stdin !== "string") throw expected("metadata.shell.stdin", "a string", stdin);
  const ownCwd = checkPath("metadata.shell.cwd", cwd);
  const ownEnv = checkEnv("metadata.shell.env", env);
  return {
    cwd: resolve(settings.cwd ?? "", ownCwd ?? ""),
    env: mergedEnv([process.env, settings.env, ownEnv, markOf(task)]),
    stdin,
  };
}

/** By what everything that is started for this attempt can be found, should this process be killed. */
function markOf(task: Task): Readonly<Record<string, string>> {
  const attempt = task.attempts.at(-1);
  if (attempt === undefined) return {};
  const { executorId, number } = attempt;
  return { [ATTEMPT_VARIABLE]: markedAs(attemptMark({ executorId, taskId: task.id, number })) };
}
