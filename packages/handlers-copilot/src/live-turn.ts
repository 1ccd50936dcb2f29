import { stripVTControlCharacters } from "node:util";
import type { HandlerContext } from "@ttasks/core";
import type { SessionEvent } from "./copilot-sdk.ts";

const LINE_CHARACTERS = 120;

/** Passes on what an agent says as it says it, and a line for each tool that it calls. */
export class LiveTurn {
  readonly #output: HandlerContext["output"];
  #messageId: unknown;
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
      this.#begin(fields["messageId"]);
      this.#say(fields["deltaContent"]);
    } else if (type === "assistant.message") {
      this.#endMessage(fields);
    }
  }

  /** A new message starts on a line of its own. */
  #begin(messageId: unknown): void {
    if (messageId === this.#messageId) return;
    this.#messageId = messageId;
    if (!this.#endsWithNewline) this.#say("\n");
  }

  #endMessage({ messageId, content }: Readonly<Record<string, unknown>>): void {
    // Not every provider streams.
    if (messageId === this.#messageId || content === "") return;
    this.#begin(messageId);
    this.#say(content);
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
  const line = plain(texts.find((text) => text.trim() !== "") ?? "").slice(0, LINE_CHARACTERS);
  return line === "" ? String(toolName) : `${String(toolName)}: ${line}`;
}

/** The first line, without what would change what a terminal shows of it. */
function plain(text: string): string {
  const line = text.trim().split("\n", 1)[0]!;
  return stripVTControlCharacters(line.slice(0, 10 * LINE_CHARACTERS))
    .replaceAll(/\p{Cc}/gu, " ")
    .trim();
}
