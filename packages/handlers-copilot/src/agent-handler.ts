import { stat } from "node:fs/promises";
import path from "node:path";
import { TaskExecutionError, type Handler, type Task } from "@ttasks/core";
import { agentSettings, splitRuntimeOptions, type AgentHandlerOptions, type AgentSettings } from "./copilot-options.ts";
import { decide } from "./permission.ts";
import { sharedHandler } from "./shared-handler.ts";
import { SharedRuntime } from "./shared-runtime.ts";
import { permissionRefused } from "./turn-error.ts";
import { Turn } from "./turn.ts";

/**
 * Runs agent tasks: gives the payload as an instruction to an agent that has the SDK's default tools, among them a shell and an editor,
 * and approves what it asks for. Treat such payloads as trusted code. The task's output is the agent's last message.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 *
 * @example
 * ```ts
 * import { TaskExecutor } from "@ttasks/core";
 * import { createAgentHandler } from "@ttasks/handlers-copilot";
 *
 * const executor = new TaskExecutor();
 * executor.register("agent", createAgentHandler({ workingDirectory: "packages/core", idleTimeoutMs: 300_000 }));
 * ```
 */
export function createAgentHandler(options: AgentHandlerOptions = {}): Handler<"agent"> {
  const { env, turn } = splitRuntimeOptions("createAgentHandler()", options, "agent");
  return agentHandler(new SharedRuntime(env), agentSettings(turn));
}

/** An agent handler in a runtime that others may use as well. */
export function agentHandler(runtime: SharedRuntime, settings: AgentSettings): Handler<"agent"> {
  const { onPermissionRequest, permissionTimeoutMs, onPermissionRefused, systemMessage } = settings;
  return sharedHandler(runtime, settings, async ({ task, output }) => {
    const turn = new Turn(settings, output);
    const permissions = {
      handler: onPermissionRequest,
      timeoutMs: permissionTimeoutMs,
      isOver: () => turn.hasEnded,
      ended: turn.ended,
      onQuestion: turn.onQuestion,
      onRefusal: (refusal: string) => turn.react(onPermissionRefused, permissionRefused(refusal)),
    };
    const config = {
      workingDirectory: await existingFolder(task, settings.workingDirectory),
      onPermissionRequest: (request: { readonly kind: string }) => decide({ ...request }, permissions),
      ...(systemMessage !== undefined && { systemMessage: { mode: "append" as const, content: systemMessage } }),
    };
    return { turn, config, timeoutMs: undefined, hasTools: true };
  });
}

async function existingFolder(task: Task, workingDirectory = ""): Promise<string> {
  const folder = path.resolve(workingDirectory);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return folder;
  throw new TaskExecutionError(
    `Task "${task.title}" could not be started: "${folder}", its workingDirectory, is not a folder that exists`,
    { taskId: task.id, title: task.title },
  );
}
