import type { ExecutorOptions as CoreExecutorOptions, HandlerMap } from "@ttasks/core";
import type { ShellHandlersOptions } from "@ttasks/handlers-shell";

/** What `new TaskExecutor` takes. */
export interface ExecutorOptions extends CoreExecutorOptions {
  /**
   * Handlers by type of task, beside the built-in ones; one for a built-in type replaces it.
   *
   * @default the built-in handlers alone
   */
  readonly handlers?: HandlerMap | undefined;
  /**
   * What the built-in bash and PowerShell handlers are made with.
   *
   * @default {}
   */
  readonly shell?: ShellHandlersOptions | undefined;
}
