/** Any value that JSON can hold. Object properties that are `undefined` count as absent. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/** A JSON object: what payloads, metadata and stored documents are made of. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/** Deeper values would overflow the stack of `JSON.stringify`; a value that contains itself is caught by the same limit. */
const MAX_DEPTH = 500;

/**
 * A deeply frozen copy of a JSON value; the caller's own object stays as it is.
 *
 * @throws {TypeError} when something inside is not JSON; the message names its path.
 */
export function frozenJson<T>(value: T, path: string, depth = 0): T {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value !== "object") throw notJson(path, value);
  if (depth > MAX_DEPTH)
    throw new TypeError(
      `Expected \`${path.split(/[.[]/, 1)[0]}\` to be JSON, got a value nested deeper than ${MAX_DEPTH} levels`,
    );
  return Object.freeze(Array.isArray(value) ? copyArray(value, path, depth) : copyObject(value, path, depth)) as T;
}

function copyArray(values: readonly unknown[], path: string, depth: number): unknown[] {
  return Array.from(values, (item, index) => frozenJson(item, `${path}[${index}]`, depth + 1));
}

function copyObject(value: object, path: string, depth: number): object {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has another Object.prototype, whose own prototype is null as well.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw notJson(path, value);
  // fromEntries defines properties, so that a key `__proto__` stays a plain key.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, frozenJson<unknown>(item, `${path}.${key}`, depth + 1)]),
  );
}

function notJson(path: string, value: unknown): TypeError {
  return new TypeError(`Expected \`${path}\` to be JSON, got ${shown(value)}`);
}

/** A value as error messages show it: bounded, with its type. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return `\`${value}\``;
  if (typeof value === "function") return "a function";
  if (typeof value === "object") return Array.isArray(value) ? "an array" : `an object (${constructorName(value)})`;
  const text = typeof value === "string" ? value : String(value as number);
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\` (${typeof value})`;
}

function constructorName(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "Object";
}
