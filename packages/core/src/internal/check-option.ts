/** The longest delay that timers take (2^31 - 1 ms, about 24.8 days); a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** A value as error messages show it: bounded, with its type. */
export function shown(value: unknown): string {
  const text = isObject(value) ? Object.prototype.toString.call(value) : String(value);
  return `\`${text.slice(0, 60)}\` (${typeof value})`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The one form of the message about a bad argument. */
export function expected(name: string, expectation: string, got: unknown): TypeError {
  return new TypeError(`Expected \`${name}\` to be ${expectation}, got ${shown(got)}`);
}

/** Throws a `TypeError` for an option that does not exist: a misspelt one would be ignored in silence. */
export function checkOptions(owner: string, options: object, known: readonly string[]): void {
  checkObject(`options of ${owner}`, options);
  for (const key in options) {
    if (!known.includes(key))
      throw new TypeError(`Unknown option \`${key}\` of ${owner}; it takes ${known.join(", ")}`);
  }
}

/** Throws a `TypeError` for anything but an object that is not an array. */
export function checkObject(name: string, value: unknown): void {
  if (!isObject(value) || Array.isArray(value)) throw expected(name, "an object", value);
}

/** Gives the value back; throws a `TypeError` for anything but a string. */
export function checkString(name: string, value: unknown): string {
  if (typeof value !== "string") throw expected(name, "a string", value);
  return value;
}

/** Gives the value back; throws a `TypeError` for anything but a string with at least one visible character. */
export function checkText(name: string, value: unknown): string {
  if (typeof value !== "string" || value.trim() === "") throw expected(name, "a non-empty string", value);
  return value;
}

/** Gives the value back; throws a `TypeError` for anything but a finite number. */
export function checkNumber(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw expected(name, "a number", value);
  return value;
}

/** Gives the value back; throws a `TypeError` for anything but a whole number from 0. */
export function checkCount(name: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw expected(name, "a whole number from 0", value);
  return value as number;
}

/** Throws a `TypeError` for anything but an `AbortSignal` or `undefined`. */
export function checkSignal(value: unknown): void {
  const { addEventListener } = Object(value) as Partial<AbortSignal>;
  if (value !== undefined && typeof addEventListener !== "function") throw expected("signal", "an AbortSignal", value);
}

/** Gives the value back; throws a `TypeError` for anything but a delay that a timer can take. */
export function checkTimerMs(name: string, value: unknown): number {
  if (typeof value !== "number" || !(value > 0 && value <= MAX_TIMER_MS))
    throw expected(name, `a number of milliseconds above 0 and at most ${MAX_TIMER_MS}`, value);
  return value;
}
