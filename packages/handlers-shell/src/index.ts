export { createBashHandler } from "./bash-handler.ts";
export { createPowershellHandler } from "./powershell-handler.ts";
export { shellHandlers, type ShellHandlerMap } from "./shell-handlers.ts";
export type { ShellHandlersOptions, ShellOptions } from "./shell-options.ts";
export type { ShellMetadata } from "./shell-metadata.ts";
