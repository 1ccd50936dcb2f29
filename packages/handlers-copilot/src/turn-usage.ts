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

/** What the runtime calls the calls that answer the user. */
const OWN_CALL = "conversation-agent";

/** Adds up what a turn uses. */
export class TurnUsage {
  readonly #requestedModel: string;
  readonly #sums: { [S in Sum]?: number } = {};
  #model: string | undefined;
  #timeToFirstTokenMs: number | undefined;
  #toolCalls = 0;
  #premiumRequests: number | undefined;

  constructor(requestedModel: string) {
    this.#requestedModel = requestedModel;
  }

  get toolCalls(): number {
    return this.#toolCalls;
  }

  /** Takes note of an event that tells of usage. */
  add({ type, agentId, data }: SessionEvent): void {
    const fields = Object(data) as Readonly<Record<string, unknown>>;
    if (type === "tool.execution_start") this.#toolCalls++;
    else if (type === "assistant.usage") this.#addCall(fields, agentId === undefined);
    else if (type === "session.usage_checkpoint") this.#addCheckpoint(fields);
  }

  #addCall(used: Readonly<Record<string, unknown>>, isOfAgent: boolean): void {
    for (const [sum, name] of Object.entries(SUMS) as [Sum, string][]) {
      const value = used[name];
      if (typeof value === "number") this.#sums[sum] = (this.#sums[sum] ?? 0) + value;
    }
    const { model, timeToFirstTokenMs, interactionType } = used;
    if (typeof timeToFirstTokenMs === "number") this.#timeToFirstTokenMs ??= timeToFirstTokenMs;
    // The runtime may also call a model of its own choice, to shorten a long conversation.
    const isOwn = isOfAgent && (interactionType ?? OWN_CALL) === OWN_CALL;
    if (typeof model === "string" && isOwn) this.#model = model;
  }

  /** What the runtime itself has counted: the calls that follow the one of the user are not charged again. */
  #addCheckpoint({ totalPremiumRequests }: Readonly<Record<string, unknown>>): void {
    if (typeof totalPremiumRequests === "number") this.#premiumRequests = totalPremiumRequests;
  }

  /** What was used so far. */
  get total(): TaskUsage {
    return {
      requestedModel: this.#requestedModel,
      model: this.#model,
      ...this.#sums,
      costUnits: this.#premiumRequests ?? this.#sums.costUnits,
      timeToFirstTokenMs: this.#timeToFirstTokenMs,
      toolCalls: this.#toolCalls,
    };
  }
}
