import type { TtasksError } from "../errors/ttasks-error.ts";
import {
  check,
  checkFunction,
  checkOptions,
  checkOrdinal,
  MAX_TIMER_MS,
  type Check,
  type Checks,
} from "../internal/check-option.ts";
import type { JsonObject } from "../internal/json-value.ts";
import type { TaskAttempt } from "./task-attempt.ts";

/**
 * How often a task that fails is tried again, and after what delay: before the n-th retry it is `backoffMs * factor ** (n - 1)`, at most
 * `maxBackoffMs`, made shorter at random so that many tasks that failed together do not come back together. An error that says
 * `retryAfterMs`, as a rate limit does, overrules all of that.
 */
export interface RetryPolicy {
  /** How often the task is tried in all, the first time included: a whole number from 1. */
  readonly attempts: number;
  /**
   * The delay before the first retry, in milliseconds.
   *
   * @default 1000
   */
  readonly backoffMs?: number | undefined;
  /**
   * How much longer each delay is than the one before: from 1.
   *
   * @default 2
   */
  readonly factor?: number | undefined;
  /**
   * The longest delay, in milliseconds.
   *
   * @default 30000
   */
  readonly maxBackoffMs?: number | undefined;
  /**
   * What becomes of a delay: `"full"` takes a random one between 0 and it, `"none"` takes it as it is, and a function gives the one to
   * take, in milliseconds. A function is not stored.
   *
   * @default "full"
   */
  readonly jitter?: "full" | "none" | ((delayMs: number) => number) | undefined;
  /**
   * Whether this failure is worth another try. It is not stored: a task that was read from a store asks that of its executor's `retry`.
   *
   * @default all failures and timeouts are
   */
  readonly retryIf?: ((error: TtasksError, attempt: TaskAttempt) => boolean) | undefined;
}

const checkDelay = check<number>(
  `a number from 0 to ${MAX_TIMER_MS}`,
  (value) => typeof value === "number" && value >= 0 && value <= MAX_TIMER_MS,
);

const RETRY_OPTIONS: Checks<RetryPolicy> = {
  attempts: checkOrdinal,
  backoffMs: checkDelay,
  factor: check("a number from 1", (value) => Number.isFinite(value) && (value as number) >= 1),
  maxBackoffMs: checkDelay,
  jitter: check('"full", "none" or a function', (value) => value === "full" || value === "none" || isFunction(value)),
  retryIf: checkFunction as Check<RetryPolicy["retryIf"]>,
};

/** A copy that does not change any more; throws a `TypeError` when an option is unknown or not as expected. */
export const checkRetry: Check<RetryPolicy> = (name, value) => {
  // For what is inherited.
  checkOptions(name, value as RetryPolicy, RETRY_OPTIONS);
  const options = Object.keys(RETRY_OPTIONS) as (keyof RetryPolicy)[];
  const given = options.map((option) => [option, (value as RetryPolicy)[option]] as const);
  const policy = Object.fromEntries(given.filter(([, one]) => one !== undefined)) as unknown as RetryPolicy;
  checkOptions(name, policy, RETRY_OPTIONS);
  RETRY_OPTIONS.attempts(`${name}.attempts`, policy.attempts);
  return Object.freeze(policy);
};

/** What a document keeps of a policy: all but its functions. */
export function retryToJSON(policy: RetryPolicy): JsonObject {
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => !isFunction(value)));
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
