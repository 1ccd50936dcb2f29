export * from "@ttasks/core";
export {
  createBashHandler,
  createPowershellHandler,
  shellHandlers,
  type ShellHandlerMap,
  type ShellHandlersOptions,
  type ShellMetadata,
  type ShellOptions,
} from "@ttasks/handlers-shell";
// Explicit exports go before those of the same name in core.
export type { ExecutorOptions } from "./executor-options.ts";
export { TaskExecutor } from "./task-executor.ts";
export { nodeOwner } from "./node-owner.ts";
export { recover } from "./recover.ts";
