import type { Handler } from "@ttasks/core";
import { createBashHandler } from "./bash-handler.ts";
import { createPowershellHandler } from "./powershell-handler.ts";
import { splitShellOptions, type ShellHandlersOptions } from "./shell-options.ts";

/** The shell handlers by the type of task that they run. */
// Not an interface: only an alias fits where a map of any handlers is asked for.
export type ShellHandlerMap = {
  readonly bash: Handler<"bash">;
  readonly powershell: Handler<"powershell">;
};

/**
 * The handlers of `bash` and `powershell` tasks, to be given to an executor. A shell need not be installed as long as no
 * task asks for it.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 *
 * @example
 * ```ts
 * import { Task, TaskExecutor } from "@ttasks/core";
 * import { shellHandlers } from "@ttasks/handlers-shell";
 *
 * const executor = new TaskExecutor({ handlers: shellHandlers({ killGraceMs: 2_000 }) });
 * const { output } = await executor.execute(Task.bash("echo hello"));
 * ```
 */
export function shellHandlers(options: ShellHandlersOptions = {}): ShellHandlerMap {
  const { bash, powershell } = splitShellOptions("shellHandlers()", options);
  return { bash: createBashHandler(bash), powershell: createPowershellHandler(powershell) };
}
