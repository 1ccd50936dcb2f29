import { checkDelay, checkEnv, checkKeys, checkPath, expected } from "@ttasks/node-support";
import type { CopilotProvider } from "./copilot-provider.ts";
import { approveAll, type PermissionHandler } from "./permission.ts";
import { payloadText, type PromptBuilder } from "./prompt-with-upstream.ts";

/** What prompt and agent tasks have in common. */
export interface TurnOptions {
  /**
   * A model service of your own in place of GitHub Copilot's.
   *
   * @default GitHub Copilot
   */
  readonly provider?: CopilotProvider | undefined;
  /**
   * Milliseconds without any sign of life from the runtime after which a turn is broken off. Waiting for `onPermissionRequest` does
   * not count, a tool that works in silence does: choose it longer than that. Apart from the timeout of the whole.
   *
   * @default undefined (none)
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * What happens when another model answers than the one that was asked for, as Copilot does in silence for one that it does not
   * have: the task fails, or goes on with a warning in `result.stderr`. It is not asked of a `provider`.
   *
   * @default "fail"
   */
  readonly onModelFallback?: "fail" | "warn" | undefined;
  /**
   * Makes the text for the model; `promptWithUpstream` adds the results of the upstream tasks.
   *
   * @default the task's payload
   */
  readonly buildPrompt?: PromptBuilder | undefined;
}

/** How prompts run. */
export interface PromptOptions extends TurnOptions {
  /**
   * The model.
   *
   * @default "gpt-5.4-mini"
   */
  readonly model?: string | undefined;
  /**
   * Milliseconds that a prompt may take; a task's own `timeoutMs` goes before it.
   *
   * @default 120_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * What the model is told about its role.
   *
   * @default none
   */
  readonly systemMessage?: string | undefined;
}

/** How agents run. */
export interface AgentOptions extends TurnOptions {
  /**
   * The model.
   *
   * @default "gpt-5.5"
   */
  readonly model?: string | undefined;
  /**
   * What the model is told beside the SDK's own system message.
   *
   * @default none
   */
  readonly systemMessage?: string | undefined;
  /**
   * The folder that the agent works in; its instructions (`AGENTS.md` and the like) are heeded.
   *
   * @default the current directory of this process, when the task starts
   */
  readonly workingDirectory?: string | undefined;
  /**
   * Decides about each tool call that asks for permission.
   *
   * @default every call is approved
   */
  readonly onPermissionRequest?: PermissionHandler | undefined;
  /**
   * Milliseconds that `onPermissionRequest` may take to answer; after that the call is refused.
   *
   * @default 60_000
   */
  readonly permissionTimeoutMs?: number | undefined;
  /**
   * What happens when a call was refused: the task fails, or the model is told and goes on, with a warning in `result.stderr`.
   *
   * @default "fail"
   */
  readonly onPermissionRefused?: "fail" | "warn" | undefined;
}

/** The runtime that the turns of one set of handlers share. */
export interface RuntimeOptions {
  /**
   * Environment variables on top of those of this process; one that is `undefined` is taken away. `COPILOT_GITHUB_TOKEN` signs in,
   * `COPILOT_HOME` says where the runtime keeps its files, `COPILOT_CLI_PATH` names another runtime.
   *
   * @default {}
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What `createPromptHandler` takes. */
export interface PromptHandlerOptions extends PromptOptions, RuntimeOptions {}

/** What `createAgentHandler` takes. */
export interface AgentHandlerOptions extends AgentOptions, RuntimeOptions {}

/** What `copilotHandlers` takes: what stands at the top is for both. */
export interface CopilotHandlersOptions extends TurnOptions, RuntimeOptions {
  /**
   * For prompts alone.
   *
   * @default {}
   */
  readonly prompt?: PromptOptions | undefined;
  /**
   * For agents alone.
   *
   * @default {}
   */
  readonly agent?: AgentOptions | undefined;
}

/** {@link TurnOptions} with the defaults filled in. */
export interface TurnSettings {
  readonly model: string;
  readonly provider: CopilotProvider | undefined;
  readonly idleTimeoutMs: number | undefined;
  readonly onModelFallback: "fail" | "warn";
  readonly buildPrompt: PromptBuilder;
  readonly systemMessage: string | undefined;
}

/** {@link PromptOptions} with the defaults filled in. */
export interface PromptSettings extends TurnSettings {
  readonly timeoutMs: number;
}

/** {@link AgentOptions} with the defaults filled in. */
export interface AgentSettings extends TurnSettings {
  readonly workingDirectory: string | undefined;
  readonly onPermissionRequest: PermissionHandler;
  readonly permissionTimeoutMs: number;
  readonly onPermissionRefused: "fail" | "warn";
}

const TURN_KEYS = ["provider", "idleTimeoutMs", "onModelFallback", "buildPrompt"];
const PROMPT_KEYS = [...TURN_KEYS, "model", "timeoutMs", "systemMessage"];
const AGENT_KEYS = [
  ...TURN_KEYS,
  ...["model", "systemMessage", "workingDirectory"],
  ...["onPermissionRequest", "permissionTimeoutMs", "onPermissionRefused"],
];
const RUNTIME_KEYS = ["env"];
const PROMPT_MODEL = "gpt-5.4-mini";
const AGENT_MODEL = "gpt-5.5";
const PROMPT_TIMEOUT_MS = 120_000;
const PERMISSION_TIMEOUT_MS = 60_000;

/** The options of one handler, told apart from those of its runtime; `owner` is the function that was called. */
export function splitRuntimeOptions<T extends RuntimeOptions>(
  owner: string,
  options: T,
  type: "prompt" | "agent",
): { env: RuntimeOptions["env"]; turn: Omit<T, "env"> } {
  checkKeys(owner, options, [...(type === "prompt" ? PROMPT_KEYS : AGENT_KEYS), ...RUNTIME_KEYS], "options");
  const { env, ...turn } = options;
  return { env: checkEnv("env", env), turn };
}

/**
 * The options of both handlers, told apart.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 */
export function splitHandlersOptions(
  owner: string,
  options: CopilotHandlersOptions,
): { env: RuntimeOptions["env"]; prompt: PromptOptions; agent: AgentOptions } {
  checkKeys(owner, options, [...TURN_KEYS, ...RUNTIME_KEYS, "prompt", "agent"], "options");
  const { env, prompt = {}, agent = {}, ...shared } = options;
  checkKeys("prompt", prompt, PROMPT_KEYS);
  checkKeys("agent", agent, AGENT_KEYS);
  return { env: checkEnv("env", env), prompt: { ...shared, ...given(prompt) }, agent: { ...shared, ...given(agent) } };
}

/**
 * The settings of a prompt handler.
 *
 * @throws {TypeError} when an option is not as expected.
 */
export function promptSettings(options: PromptOptions): PromptSettings {
  return {
    ...turnSettings(options, PROMPT_MODEL),
    timeoutMs: checkDelay("timeoutMs", options.timeoutMs, 1) ?? PROMPT_TIMEOUT_MS,
  };
}

/**
 * The settings of an agent handler.
 *
 * @throws {TypeError} when an option is not as expected.
 */
export function agentSettings(options: AgentOptions): AgentSettings {
  const { onPermissionRequest = approveAll, permissionTimeoutMs } = options;
  checkFunction("onPermissionRequest", onPermissionRequest);
  return {
    ...turnSettings(options, AGENT_MODEL),
    workingDirectory: checkPath("workingDirectory", options.workingDirectory),
    onPermissionRequest,
    permissionTimeoutMs: checkDelay("permissionTimeoutMs", permissionTimeoutMs, 1) ?? PERMISSION_TIMEOUT_MS,
    onPermissionRefused: checkReaction("onPermissionRefused", options.onPermissionRefused),
  };
}

/** An option that is `undefined` is none. */
function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function turnSettings(options: PromptOptions | AgentOptions, defaultModel: string): TurnSettings {
  const { model, systemMessage, buildPrompt = payloadText } = options;
  if (systemMessage !== undefined && typeof systemMessage !== "string")
    throw expected("systemMessage", "a string", systemMessage);
  checkFunction("buildPrompt", buildPrompt);
  return {
    model: checkText("model", model) ?? defaultModel,
    provider: checkProvider(options.provider),
    idleTimeoutMs: checkDelay("idleTimeoutMs", options.idleTimeoutMs, 1),
    onModelFallback: checkReaction("onModelFallback", options.onModelFallback),
    buildPrompt,
    systemMessage,
  };
}

function checkProvider(provider: CopilotProvider | undefined): CopilotProvider | undefined {
  if (provider === undefined) return undefined;
  if (typeof provider !== "object" || provider === null) throw expected("provider", "an object", provider);
  if (checkText("provider.baseUrl", provider.baseUrl) === undefined || !URL.canParse(provider.baseUrl))
    throw expected("provider.baseUrl", "a URL", provider.baseUrl);
  return provider;
}

function checkText(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value.trim() === "") throw expected(name, "a non-empty string", value);
  return value;
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value !== "function") throw expected(name, "a function", value);
}

function checkReaction(name: string, value: unknown): "fail" | "warn" {
  if (value === undefined || value === "fail" || value === "warn") return value ?? "fail";
  throw expected(name, '"fail" or "warn"', value);
}
