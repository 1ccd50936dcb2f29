import { HandlerOutput, TaskExecutionError, type Handler, type TaskExecutionErrorFields } from "@ttasks/core";
import { readOptions, readPayload, type HttpOptions } from "./http-options.js";
import type { HttpAnswer } from "./http-types.js";
import { readBody } from "./read-body.js";

/**
 * The handler of `http` tasks. An answer of 200 to 299 is a success; everything else fails the task, with the answer.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 */
export function httpHandlers(options: HttpOptions = {}): { readonly http: Handler<"http"> } {
  const { headers, maxBodyBytes } = readOptions(options);

  const http: Handler<"http"> = async ({ task, signal, output }) => {
    const { url, request } = readPayload(task.payload);
    const { method = "GET", body = null } = request;
    // Without the query: there may be secrets in it.
    const what = `${method} ${url.origin}${url.pathname}`;
    const fail = (message: string, fields: TaskExecutionErrorFields): never => {
      throw new TaskExecutionError(message, { taskId: task.id, title: task.title, ...fields });
    };

    const response = await fetch(url, { method, body, signal, headers: merged(headers, request.headers) }).catch(
      (cause: unknown) => fail(`${what} had no answer: ${reasonOf(cause)}`, { cause }),
    );
    const { text, truncated, error } = await readBody(response, maxBodyBytes, output);
    const answer: HttpAnswer = {
      status: response.status,
      contentType: response.headers.get("content-type"),
      body: text,
    };
    const fields = { output: answer, truncated, raw: response };
    if (error !== undefined)
      fail(`The answer to ${what} broke off after ${text.length} characters: ${reasonOf(error)}`, {
        ...fields,
        cause: error,
      });
    if (!response.ok)
      fail(`${what} answered ${response.status} ${response.statusText}`.trimEnd(), {
        ...fields,
        retryAfterMs: retryAfterMs(response),
      });
    return new HandlerOutput(fields);
  };
  return { http };
}

/** Names of headers are the same in any case. */
function merged(...all: readonly (Readonly<Record<string, string>> | undefined)[]): Headers {
  const headers = new Headers();
  for (const one of all) for (const [name, value] of Object.entries(one ?? {})) headers.set(name, value);
  return headers;
}

/** `fetch` says no more than "fetch failed"; the reason is the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // An attempt at several addresses has no message of its own.
  return cause.message || String((cause as NodeJS.ErrnoException).code);
}

/** What the server asks for, in seconds or as a date. */
function retryAfterMs({ headers }: Response): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
