import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { fixtureFolder } from "./fixture-repository.ts";

/** A server in place of GitHub and its Copilot, and the environments that lead the real runtime to it. */
export interface CopilotStandIn {
  /** The environment of a user who is signed in. */
  readonly signedIn: NodeJS.ProcessEnv;
  /** That of a user who is not; no login of the person who runs the tests is found. */
  readonly signedOut: NodeJS.ProcessEnv;
  /** What models were asked. */
  readonly prompts: readonly string[];
}

const MODEL = "gpt-5.4-mini";

/** What may sign in the person who runs the tests, or lead to a runtime of theirs. */
const PERSONAL = Object.keys(process.env).filter((name) => /^(COPILOT|CAPI|GITHUB|GH)_/.test(name));

/** Starts a stand-in that gives an answer; without one it is silent for ever. It ends with the test. */
export async function copilotStandIn(answer?: string): Promise<CopilotStandIn> {
  const prompts: string[] = [];
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/responses")) void ask(request, response, prompts, answer);
    else send(response, adminAnswer(request.url ?? "", base));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const home = fixtureFolder();
  const signedOut = {
    ...{ HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, COPILOT_HOME: home, GH_CONFIG_DIR: home },
    ...Object.fromEntries(PERSONAL.map((name) => [name, undefined])),
    ...{ COPILOT_DEBUG_GITHUB_API_URL: base, COPILOT_API_URL: base },
  };
  return { signedOut, signedIn: { ...signedOut, COPILOT_GITHUB_TOKEN: "gho_nobody" }, prompts };
}

function adminAnswer(url: string, base: string): object | undefined {
  if (url.startsWith("/copilot_internal/user"))
    return { login: "ada", copilot_plan: "individual", chat_enabled: true, endpoints: { api: base, telemetry: base } };
  if (!url.startsWith("/models")) return undefined;
  const limits = { max_context_window_tokens: 128_000, max_prompt_tokens: 64_000, max_output_tokens: 16_000 };
  const supports = { tool_calls: true, streaming: true };
  const capabilities = { type: "chat", family: MODEL, tokenizer: "o200k_base", limits, supports };
  const shown = { model_picker_enabled: true, policy: { state: "enabled", terms: "" } };
  const served = { supported_endpoints: ["/responses"], billing: { is_premium: false, multiplier: 0 } };
  const names = { id: MODEL, name: MODEL, version: MODEL, vendor: "stand-in", object: "model" };
  return { data: [{ ...names, ...shown, ...served, capabilities }] };
}

async function ask(
  request: IncomingMessage,
  response: ServerResponse,
  prompts: string[],
  answer: string | undefined,
): Promise<void> {
  const { input } = (await json(request)) as { input: readonly { content: readonly { text: string }[] }[] };
  prompts.push(input.flatMap(({ content }) => content.map(({ text }) => text)).join("\n"));
  if (answer === undefined) return;
  const content = [{ type: "output_text", text: answer, annotations: [] }];
  const item = { id: "1", type: "message", role: "assistant", status: "completed", content };
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  const whole = {
    id: "2",
    object: "response",
    created_at: 1,
    status: "completed",
    model: MODEL,
    output: [item],
    usage,
  };
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of [
    { type: "response.created", response: { ...whole, status: "in_progress", output: [] } },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: whole },
  ])
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

function send(response: ServerResponse, body: object | undefined): void {
  response.writeHead(body ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(body ?? { message: "not found" }));
}
