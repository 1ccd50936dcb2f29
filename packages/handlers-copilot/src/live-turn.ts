import type { HandlerContext } from "@ttasks/core";
import type { SessionEvent } from "./copilot-sdk.ts";

const LINE_CHARACTERS = 120;

/** Passes on what an agent says as it says it, and a line for each tool that it calls. */
export class LiveTurn {
  readonly #output: HandlerContext["output"];
  readonly #streamed = new Set<unknown>();
  #endsWithNewline = true;

  constructor(output: HandlerContext["output"]) {
    this.#output = output;
  }

  /** Takes note of an event that has something to show. What sub-agents say is not shown, what they do is. */
  add({ type, agentId, data }: SessionEvent): void {
    const fields = Object(data) as Readonly<Record<string, unknown>>;
    if (type === "tool.execution_start") this.#output(`${toolLine(fields)}\n`, "stderr");
    if (agentId !== undefined) return;
    if (type === "assistant.message_delta") {
      this.#streamed.add(fields["messageId"]);
      this.#say(fields["deltaContent"]);
    } else if (type === "assistant.message") {
      this.#endMessage(fields);
    }
  }

  #endMessage({ messageId, content, toolRequests }: Readonly<Record<string, unknown>>): void {
    // Not every provider streams.
    if (!this.#streamed.delete(messageId)) this.#say(content);
    // More is to come: the next message starts on a line of its own.
    if (Array.isArray(toolRequests) && toolRequests.length > 0 && !this.#endsWithNewline) this.#say("\n");
  }

  #say(text: unknown): void {
    if (typeof text !== "string" || text === "") return;
    this.#endsWithNewline = text.endsWith("\n");
    this.#output(text);
  }
}

/** A tool with the argument that says most. */
function toolLine({ toolName, arguments: given }: Readonly<Record<string, unknown>>): string {
  const values = Object(given) as Readonly<Record<string, unknown>>;
  const named = ["command", "path", "pattern", "url", "query", "intent"].map((name) => values[name]);
  const texts = [...named, ...Object.values(values), given].filter((value) => typeof value === "string");
  const line = (texts.find((text) => text.trim() !== "") ?? "").trim().split("\n", 1)[0]!.slice(0, LINE_CHARACTERS);
  return line === "" ? String(toolName) : `${String(toolName)}: ${line}`;
}
