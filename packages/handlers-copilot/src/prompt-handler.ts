import type { Handler } from "@ttasks/core";
import {
  promptSettings,
  splitRuntimeOptions,
  type PromptHandlerOptions,
  type PromptSettings,
} from "./copilot-options.ts";
import type { SessionConfig } from "./copilot-sdk.ts";
import { sharedHandler } from "./shared-handler.ts";
import { SharedRuntime } from "./shared-runtime.ts";
import { Turn } from "./turn.ts";

/**
 * Runs prompt tasks: sends the payload to a language model that has no tools and knows nothing of the folder that it is called in. The
 * task's output is the answer.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 *
 * @example
 * ```ts
 * import { TaskExecutor } from "@ttasks/core";
 * import { createPromptHandler } from "@ttasks/handlers-copilot";
 *
 * const executor = new TaskExecutor();
 * executor.register("prompt", createPromptHandler({ model: "gpt-5", timeoutMs: 60_000 }));
 * ```
 */
export function createPromptHandler(options: PromptHandlerOptions = {}): Handler<"prompt"> {
  const { env, turn } = splitRuntimeOptions("createPromptHandler()", options, "prompt");
  return promptHandler(new SharedRuntime(env), promptSettings(turn));
}

/** A prompt handler in a runtime that others may use as well. */
export function promptHandler(runtime: SharedRuntime, settings: PromptSettings): Handler<"prompt"> {
  return sharedHandler(runtime, settings, ({ task, output }) => ({
    turn: new Turn(settings, output),
    config: promptConfig(settings),
    // The executor knows the task's own timeout.
    timeoutMs: task.timeoutMs === undefined ? settings.timeoutMs : undefined,
    hasTools: false,
  }));
}

/** Everything that would tell the model more than its user does is left out. */
function promptConfig({ systemMessage = "" }: PromptSettings): Partial<SessionConfig> {
  return {
    availableTools: [],
    systemMessage: { mode: "replace", content: systemMessage },
    disabledMcpServers: ["github-mcp-server"],
    enableFileHooks: false,
    enableHostGitOperations: false,
    enableSkills: false,
    infiniteSessions: { enabled: false },
    skipCustomInstructions: true,
  };
}
