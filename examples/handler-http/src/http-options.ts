import type { HttpRequest } from "./http-types.js";

/** How the requests are made. */
export interface HttpOptions {
  /**
   * Headers of every request; those of a task go before them.
   *
   * @default {}
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * How many bytes are read of the body of an answer. The rest is not fetched.
   *
   * @default 1_048_576 (1 MiB)
   */
  readonly maxBodyBytes?: number | undefined;
}

/** {@link HttpOptions} with the defaults filled in. */
export interface HttpSettings {
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBodyBytes: number;
}

const DEFAULT_BODY_BYTES = 1024 * 1024;
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/**
 * The settings of the handler.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 */
export function readOptions(options: HttpOptions): HttpSettings {
  checkKeys("options", options, ["headers", "maxBodyBytes"]);
  const { headers = {}, maxBodyBytes = DEFAULT_BODY_BYTES } = options;
  checkHeaders("headers", headers);
  if (!Number.isInteger(maxBodyBytes) || maxBodyBytes < 0 || maxBodyBytes > MAX_BODY_BYTES)
    throw expected("maxBodyBytes", `a whole number from 0 to ${MAX_BODY_BYTES}`, maxBodyBytes);
  return { headers: { ...headers }, maxBodyBytes };
}

/**
 * The payload of a task, which may come out of a file and be any JSON.
 *
 * @throws {TypeError} when it is not a request.
 */
export function readPayload(payload: unknown): { readonly url: URL; readonly request: HttpRequest } {
  checkKeys("payload", payload, ["url", "method", "headers", "body"]);
  const request = payload as Partial<HttpRequest>;
  const url = typeof request.url === "string" && URL.canParse(request.url) ? new URL(request.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw expected("payload.url", "an http: or https: address", request.url);
  // Not shown: it holds a password.
  if (url.username !== "" || url.password !== "")
    throw new TypeError("Expected `payload.url` to hold no name and password: give them in the header `authorization`");
  for (const name of ["method", "body"] as const) {
    if (request[name] !== undefined && typeof request[name] !== "string")
      throw expected(`payload.${name}`, "a string", request[name]);
  }
  if (request.headers !== undefined) checkHeaders("payload.headers", request.headers);
  return { url, request: request as HttpRequest };
}

function checkKeys(owner: string, value: unknown, keys: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw expected(owner, "an object", value);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new TypeError(`Unknown \`${unknown}\` in ${owner}; it takes ${keys.join(", ")}`);
}

function checkHeaders(name: string, headers: unknown): void {
  checkKeys(name, headers, Object.keys(Object(headers) as object));
  try {
    new Headers(headers as Record<string, string>);
  } catch {
    // The value is not shown: it may be a secret.
    throw new TypeError(`Expected \`${name}\` to be names and values that HTTP allows`);
  }
}

function expected(name: string, expectation: string, got: unknown): TypeError {
  const shown = typeof got === "object" && got !== null ? JSON.stringify(got) : String(got);
  return new TypeError(`Expected \`${name}\` to be ${expectation}, got \`${shown.slice(0, 60)}\` (${typeof got})`);
}
