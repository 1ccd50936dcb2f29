import type { Handler } from "@ttasks/core";
import { runProcess } from "./run-process.ts";
import type { ShellDialect } from "./shell-dialect.ts";
import { readShellOptions, type ShellOptions } from "./shell-options.ts";

const POWERSHELL: ShellDialect = {
  program: "pwsh",
  argumentsFor: (payload) => ["-NoProfile", "-NonInteractive", "-Command", payload],
  install: "Install PowerShell 7 (https://aka.ms/powershell)",
  longPayload: "Put the script into a file and call that",
};

/**
 * Runs the payload of a task as `pwsh -NoProfile -NonInteractive -Command <payload>`. The task's output is what the
 * script wrote to its standard output.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 *
 * @example
 * ```ts
 * import { TaskExecutor } from "@ttasks/core";
 * import { createPowershellHandler } from "@ttasks/handlers-shell";
 *
 * const executor = new TaskExecutor();
 * executor.register("powershell", createPowershellHandler({ shell: "/opt/microsoft/powershell/7/pwsh" }));
 * ```
 */
export function createPowershellHandler(options: ShellOptions = {}): Handler<"powershell"> {
  const settings = readShellOptions("createPowershellHandler()", options, POWERSHELL.program);
  return Object.assign((context: Parameters<Handler<"powershell">>[0]) => runProcess(context, POWERSHELL, settings), {
    graceMs: settings.killGraceMs,
  });
}
