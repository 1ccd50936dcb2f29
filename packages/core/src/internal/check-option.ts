/** The longest delay that timers take (2^31 - 1 ms, about 24.8 days); a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** A value as error messages show it: bounded, with its type. */
export function shown(value: unknown): string {
  const text = isObject(value) ? Object.prototype.toString.call(value) : String(value);
  return `\`${text.slice(0, 60)}\` (${typeof value})`;
}

/** The one form of the message about a bad argument. */
export function expected(name: string, expectation: string, got: unknown): TypeError {
  return new TypeError(`Expected \`${name}\` to be ${expectation}, got ${shown(got)}`);
}

/** Gives the value back, or throws a `TypeError` that says what was expected; `name` is the value's. */
export type Check<T> = (name: string, value: unknown) => T;

/** A check that lets pass what `holds`. */
export function check<T>(expectation: string, holds: (value: unknown) => boolean): Check<T> {
  return (name, value) => {
    if (holds(value)) return value as T;
    throw expected(name, expectation, value);
  };
}

/** A check that lets pass one of these. */
export function oneOf<T>(values: readonly T[]): Check<T> {
  return check(`one of ${values.join(", ")}`, (value) => values.includes(value as T));
}

/** The check, but `undefined` passes as well. */
export function optional<T>(checkGiven: Check<T>): Check<T | undefined> {
  return (name, value) => (value === undefined ? value : checkGiven(name, value));
}

/** An object that is not an array. */
export const checkObject: Check<object> = check("an object", (value) => isObject(value) && !Array.isArray(value));
/** True or false. */
export const checkBoolean: Check<boolean> = check("true or false", (value) => typeof value === "boolean");
/** A function. */
export const checkFunction: Check<unknown> = check("a function", (value) => typeof value === "function");
/** A string. */
export const checkString: Check<string> = check("a string", (value) => typeof value === "string");
/** A string with at least one visible character. */
export const checkText: Check<string> = check(
  "a non-empty string",
  (value) => typeof value === "string" && value.trim() !== "",
);
/** A finite number. */
export const checkNumber: Check<number> = check("a number", Number.isFinite);
/** A whole number from 0. */
export const checkCount: Check<number> = check(
  "a whole number from 0",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);
/** A whole number from 1. */
export const checkOrdinal: Check<number> = check(
  "a whole number from 1",
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
);
/** A delay that a timer can take. */
export const checkTimerMs: Check<number> = check(
  `a number above 0 and at most ${MAX_TIMER_MS}`,
  (value) => typeof value === "number" && value > 0 && value <= MAX_TIMER_MS,
);
/** A `Date` that is one. */
export const checkDate: Check<Date> = check(
  "a valid Date",
  (value) => value instanceof Date && Number.isFinite(value.getTime()),
);
/** An `AbortSignal`. */
export const checkSignal: Check<AbortSignal> = check(
  "an AbortSignal",
  (value) => isObject(value) && "aborted" in value && "addEventListener" in value,
);

/** Lets everything pass: for what is checked where it is used. */
export const unchecked: Check<never> = (_name, value) => value as never;

/** A check for each field of `T`. */
export type Checks<T> = { readonly [F in keyof T]-?: Check<T[F]> };

/** A check of an object by its fields; one without a check may be anything. */
export function shape<T extends object>(checks: Partial<Checks<T>>): Check<T> {
  return (name, value) => {
    const fields = checkObject(name, value) as T;
    for (const field in checks) checks[field]?.(`${name}.${field}`, fields[field]);
    return fields;
  };
}

/** A check of an array by its items. */
export function arrayOf<T>(checkItem: Check<T>): Check<readonly T[]> {
  return (name, value) => {
    if (!Array.isArray(value)) throw expected(name, "an array", value);
    return Array.from(value, (item) => checkItem(`${name}[]`, item));
  };
}

/**
 * Checks the options that are given, and throws a `TypeError` for one that does not exist: a misspelt one would be ignored in silence.
 * What must be given is checked where it is used.
 */
export function checkOptions<T extends object>(owner: string, options: T, checks: Checks<T>): void {
  if (!isObject(options) || Array.isArray(options)) throw expected(`options of ${owner}`, "an object", options);
  for (const name in options) {
    if (!Object.hasOwn(checks, name))
      throw new TypeError(`Unknown option \`${name}\` of ${owner}; it takes ${Object.keys(checks).join(", ")}`);
    checkGiven(name, options, checks);
  }
  // The accessors of a class are not listed in its objects.
  const prototype: unknown = Object.getPrototypeOf(options);
  if (prototype !== Object.prototype && prototype !== null)
    for (const name in checks) checkGiven(name, options, checks);
}

function checkGiven<T extends object>(name: keyof T & string, options: T, checks: Checks<T>): void {
  const value = options[name];
  if (value !== undefined) checks[name](name, value);
}

/** Whether the value is an object, arrays included. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
