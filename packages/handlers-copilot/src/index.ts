export { createAgentHandler } from "./agent-handler.ts";
export { copilotHandlers, type CopilotHandlerMap } from "./copilot-handlers.ts";
export type {
  AgentHandlerOptions,
  AgentOptions,
  CopilotHandlersOptions,
  PromptHandlerOptions,
  PromptOptions,
  RuntimeOptions,
  TurnOptions,
} from "./copilot-options.ts";
export type { CopilotProvider } from "./copilot-provider.ts";
export type { PermissionDecision, PermissionHandler, PermissionRequest } from "./permission.ts";
export { createPromptHandler } from "./prompt-handler.ts";
export { promptWithUpstream, type PromptBuilder, type UpstreamLimits } from "./prompt-with-upstream.ts";
