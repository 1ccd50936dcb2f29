/** The longest delay that timers take; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** The one form of the message about a bad setting. */
export function expected(name: string, expectation: string, got: unknown): TypeError {
  return new TypeError(`Expected \`${name}\` to be ${expectation}, got ${shown(got)}`);
}

/**
 * A plain object that has no other keys than the known ones: a misspelt one would be ignored in silence.
 *
 * @throws {TypeError} when it is something else or has another key.
 */
export function checkKeys(
  owner: string,
  value: unknown,
  known: readonly string[],
  name = owner,
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw expected(name, "an object", value);
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      throw new TypeError(`Unknown option \`${key}\` of ${owner}; it takes ${known.join(", ")}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/**
 * A string that the system can take as a path: not empty, no NUL inside; `undefined` stays.
 *
 * @throws {TypeError} when it is something else.
 */
export function checkPath(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "" || value.includes("\0"))
    throw expected(name, "a non-empty string without NUL characters", value);
  return value;
}

/**
 * A number of milliseconds that a timer can take, at least `least`; `undefined` stays.
 *
 * @throws {TypeError} when it is something else.
 */
export function checkDelay(name: string, value: unknown, least: 0 | 1): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !(value >= least && value <= MAX_TIMER_MS))
    throw expected(name, `a number of milliseconds from ${least} to ${MAX_TIMER_MS}`, value);
  return value;
}

/**
 * Environment variables by name; a variable that is null or `undefined` is one to take away.
 *
 * @throws {TypeError} when a name or a value is not one that an environment can hold.
 */
export function checkEnv(name: string, value: unknown): Readonly<Record<string, string | undefined>> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw expected(name, "an object", value);
  return Object.fromEntries(
    Object.entries(value).map(([variable, text]) => [variable, checkVariable(name, variable, text)]),
  );
}

function checkVariable(name: string, variable: string, text: unknown): string | undefined {
  if (variable === "" || /[=\0]/.test(variable))
    throw new TypeError(`Expected the names in \`${name}\` to be non-empty, without "=" and NUL, got \`${variable}\``);
  if (text === undefined || text === null) return undefined;
  if (typeof text !== "string" || text.includes("\0"))
    throw expected(`${name}.${variable}`, "a string without NUL characters", text);
  return text;
}

function shown(value: unknown): string {
  if (value === null) return "`null` (object)";
  if (typeof value === "object") return Array.isArray(value) ? "an array" : "an object";
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  const text = `${value as number}`.replaceAll("\0", "\\0");
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\` (${typeof value})`;
}
