import type { Handler } from "@ttasks/core";
import { runProcess } from "./run-process.ts";
import type { ShellDialect } from "./shell-dialect.ts";
import { readShellOptions, type ShellOptions } from "./shell-options.ts";

const BASH: ShellDialect = {
  program: "bash",
  argumentsFor: (payload) => ["-c", payload],
  install: "Install bash (on Windows it comes with Git, https://git-scm.com)",
  longPayload: "Put the script into a file, or take `bash -s` as the payload and the script as `metadata.shell.stdin`",
};

/**
 * Runs the payload of a task as `bash -c <payload>`. The task's output is what the script wrote to its standard output.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 *
 * @example
 * ```ts
 * import { TaskExecutor } from "@ttasks/core";
 * import { createBashHandler } from "@ttasks/handlers-shell";
 *
 * const executor = new TaskExecutor();
 * executor.register("bash", createBashHandler({ cwd: "/srv/build", env: { CI: "true" } }));
 * ```
 */
export function createBashHandler(options: ShellOptions = {}): Handler<"bash"> {
  const settings = readShellOptions("createBashHandler()", options, BASH.program);
  return Object.assign((context: Parameters<Handler<"bash">>[0]) => runProcess(context, BASH, settings), {
    graceMs: settings.killGraceMs,
  });
}
