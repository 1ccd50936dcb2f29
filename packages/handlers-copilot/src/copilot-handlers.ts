import type { Handler } from "@ttasks/core";
import { agentHandler } from "./agent-handler.ts";
import { agentSettings, promptSettings, splitHandlersOptions, type CopilotHandlersOptions } from "./copilot-options.ts";
import { promptHandler } from "./prompt-handler.ts";
import { SharedRuntime } from "./shared-runtime.ts";

/** The handlers of AI tasks by the type of task that they run. */
// Not an interface: only an alias fits where a map of any handlers is asked for.
export type CopilotHandlerMap = {
  readonly prompt: Handler<"prompt">;
  readonly agent: Handler<"agent">;
};

/**
 * The handlers of `prompt` and `agent` tasks, which share one runtime: it starts with the first task, and stops when none is left.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 *
 * @example
 * ```ts
 * import { Task, TaskExecutor } from "@ttasks/core";
 * import { copilotHandlers } from "@ttasks/handlers-copilot";
 *
 * const executor = new TaskExecutor({ handlers: copilotHandlers({ idleTimeoutMs: 300_000 }) });
 * const { output } = await executor.execute(Task.prompt("Explain a DAG in one concise sentence."));
 * ```
 */
export function copilotHandlers(options: CopilotHandlersOptions = {}): CopilotHandlerMap {
  const { env, prompt, agent } = splitHandlersOptions("copilotHandlers()", options);
  const runtime = new SharedRuntime(env);
  return { prompt: promptHandler(runtime, promptSettings(prompt)), agent: agentHandler(runtime, agentSettings(agent)) };
}
