import { isObject } from "./check-option.ts";

/** What a task used of language models, as far as its handler can tell: the sum of all calls. */
export interface TaskUsage {
  /** The model that was asked for. */
  readonly requestedModel?: string | undefined;
  /** The model that answered. */
  readonly model?: string | undefined;
  /** Tokens that were sent, those from a cache included. */
  readonly inputTokens?: number | undefined;
  /** Tokens that came back. */
  readonly outputTokens?: number | undefined;
  /** How many of the input tokens the provider read from its cache. */
  readonly cachedTokens?: number | undefined;
  /** What was charged, in the unit of the provider; Copilot counts premium requests. */
  readonly costUnits?: number | undefined;
  /** Milliseconds from the first call to the first token of its answer. */
  readonly timeToFirstTokenMs?: number | undefined;
  /** How many tools were called. */
  readonly toolCalls?: number | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  requestedModel: "string",
  model: "string",
  inputTokens: "number",
  outputTokens: "number",
  cachedTokens: "number",
  costUnits: "number",
  timeToFirstTokenMs: "number",
  toolCalls: "number",
} satisfies Record<keyof TaskUsage, string>;

/** What there is of a usage in a value of any kind: the known fields that are of their type. */
export function usageOf(value: unknown): TaskUsage | undefined {
  if (!isObject(value)) return undefined;
  const known = Object.entries(value).filter(
    // NaN and Infinity cannot be stored.
    ([name, field]) => typeof field === TYPES[name] && (typeof field === "string" || Number.isFinite(field)),
  );
  return Object.freeze(Object.fromEntries(known));
}
