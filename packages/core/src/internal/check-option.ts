import { shown } from "./json-value.ts";

/** The longest delay that timers take (2^31 - 1 ms, about 24.8 days); a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** The one form of the message about a bad argument. */
export function expected(name: string, expectation: string, got: unknown): TypeError {
  return new TypeError(`Expected \`${name}\` to be ${expectation}, got ${shown(got)}`);
}

/**
 * Throws for an option that does not exist: a misspelt one would be ignored in silence.
 *
 * @throws {TypeError} when `options` is not an object or has a key that is not in `known`.
 */
export function checkOptions(owner: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw expected(`options of ${owner}`, "an object", options);
  for (const key in options) {
    if (!known.includes(key))
      throw new TypeError(`Unknown option \`${key}\` of ${owner}; it takes ${known.join(", ")}`);
  }
}

/** Throws a `TypeError` for anything but a string. */
export function checkString(name: string, value: unknown): void {
  if (typeof value !== "string") throw expected(name, "a string", value);
}

/** Throws a `TypeError` for anything but a string with at least one visible character. */
export function checkText(name: string, value: unknown): void {
  if (typeof value !== "string" || value.trim() === "") throw expected(name, "a non-empty string", value);
}

/** Throws a `TypeError` for anything but a delay that a timer can take. */
export function checkTimerMs(name: string, value: unknown): void {
  if (typeof value !== "number" || !(value > 0 && value <= MAX_TIMER_MS))
    throw expected(name, `a number of milliseconds above 0 and at most ${MAX_TIMER_MS}`, value);
}
