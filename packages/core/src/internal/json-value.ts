import { expected, isObject } from "./check-option.ts";

/** Any value that JSON can hold. Object properties that are `undefined` count as absent. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/** A JSON object: what payloads, metadata and stored documents are made of. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/** Deeper values would overflow the stack of `JSON.stringify`; a value that contains itself meets the same limit. */
const MAX_DEPTH = 500;

/**
 * A deeply frozen copy of a JSON value; the caller's own object stays as it is.
 *
 * @throws {TypeError} when something inside is not JSON; the message names its path
 */
export function frozenJson<T>(value: T, path: string, depth = 0): T {
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return value;
  if (depth > MAX_DEPTH) throw expected(path.slice(0, 60), `JSON of at most ${MAX_DEPTH} levels`, value);
  if (Array.isArray(value))
    return Object.freeze(
      Array.from(value, (item, index) => frozenJson<unknown>(item, `${path}[${index}]`, depth + 1)),
    ) as T;
  if (!isPlainObject(value)) throw expected(path, "JSON", value);
  const entries = Object.entries(value).filter((entry) => entry[1] !== undefined);
  for (const entry of entries) entry[1] = frozenJson<unknown>(entry[1], `${path}.${entry[0]}`, depth + 1);
  // fromEntries defines properties, so that a key `__proto__` stays a plain key.
  return Object.freeze(Object.fromEntries(entries)) as T;
}

function isPlainObject(value: unknown): value is object {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has another Object.prototype, whose own prototype is null as well.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
