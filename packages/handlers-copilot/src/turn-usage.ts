import type { TaskUsage } from "@ttasks/core";
import type { SessionEvent } from "./copilot-sdk.ts";

type Sum = "inputTokens" | "outputTokens" | "cachedTokens" | "costUnits";

/** Which number of an `assistant.usage` event goes into which sum. */
const SUMS: Readonly<Record<Sum, string>> = {
  inputTokens: "inputTokens",
  outputTokens: "outputTokens",
  cachedTokens: "cacheReadTokens",
  costUnits: "cost",
};

/** Adds up what a turn uses. */
export class TurnUsage {
  readonly #requestedModel: string;
  readonly #sums: { [S in Sum]?: number } = {};
  #model: string | undefined;
  #timeToFirstTokenMs: number | undefined;
  #toolCalls = 0;

  constructor(requestedModel: string) {
    this.#requestedModel = requestedModel;
  }

  get toolCalls(): number {
    return this.#toolCalls;
  }

  /** Takes note of an event that tells of usage. */
  add({ type, agentId, data }: SessionEvent): void {
    if (type === "tool.execution_start") this.#toolCalls++;
    if (type !== "assistant.usage") return;
    const used = Object(data) as Readonly<Record<string, unknown>>;
    for (const [sum, name] of Object.entries(SUMS) as [Sum, string][]) {
      const value = used[name];
      if (typeof value === "number") this.#sums[sum] = (this.#sums[sum] ?? 0) + value;
    }
    const { model, timeToFirstTokenMs } = used;
    if (typeof timeToFirstTokenMs === "number") this.#timeToFirstTokenMs ??= timeToFirstTokenMs;
    if (typeof model === "string" && agentId === undefined) this.#model = model;
  }

  /** What was used so far. */
  get total(): TaskUsage {
    return {
      requestedModel: this.#requestedModel,
      model: this.#model,
      ...this.#sums,
      timeToFirstTokenMs: this.#timeToFirstTokenMs,
      toolCalls: this.#toolCalls,
    };
  }
}
