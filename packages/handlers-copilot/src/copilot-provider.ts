/**
 * A model service of your own in place of GitHub Copilot's: no GitHub account is needed then.
 *
 * @example
 * ```ts
 * import { copilotHandlers, type CopilotProvider } from "@ttasks/handlers-copilot";
 *
 * const ollama: CopilotProvider = { type: "openai", baseUrl: "http://localhost:11434/v1" };
 * copilotHandlers({ provider: ollama, prompt: { model: "llama3.2" } });
 * ```
 */
export interface CopilotProvider {
  /**
   * Whose protocol it speaks; `"openai"` is spoken by most, local servers included.
   *
   * @default "openai"
   */
  readonly type?: "openai" | "azure" | "anthropic" | undefined;
  /** Where it answers, as `"https://api.openai.com/v1"`. */
  readonly baseUrl: string;
  /** The key to it; local servers ask for none. */
  readonly apiKey?: string | undefined;
  /** Sent as `Authorization: Bearer …` in place of the key. */
  readonly bearerToken?: string | undefined;
  /**
   * Which of the two interfaces of OpenAI and Azure it has.
   *
   * @default "completions"
   */
  readonly wireApi?: "completions" | "responses" | undefined;
  /** The version of Azure's interface. */
  readonly azure?: { readonly apiVersion?: string };
  /** Headers that every request is sent with. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The well-known model that the one of the task behaves like: it decides which tools an agent is given. */
  readonly modelId?: string | undefined;
  /** The provider's own name of the model, as of a deployment of Azure. */
  readonly wireModel?: string | undefined;
  /** The most tokens that the model takes. */
  readonly maxPromptTokens?: number | undefined;
  /** The most tokens that the model may answer with. */
  readonly maxOutputTokens?: number | undefined;
}
