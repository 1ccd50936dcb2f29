import {
  check,
  checkCount,
  checkOptions,
  checkTimerMs,
  oneOf,
  unchecked,
  type Checks,
} from "../internal/check-option.ts";
import { systemClock, type Clock } from "../internal/clock.ts";
import type { HandlerMap } from "../handler/handler.ts";
import { checkOwner, type ExecutorOwner } from "../store/executor-owner.ts";
import type { Store } from "../store/store.ts";
import { checkRetry, type RetryPolicy } from "../task/retry-policy.ts";

/** What `new TaskExecutor` takes. */
export interface ExecutorOptions {
  /**
   * The handlers to start with, by type of task.
   *
   * @default none
   */
  readonly handlers?: HandlerMap | undefined;
  /**
   * Where each task is saved at every transition.
   *
   * @default none
   */
  readonly store?: Store | undefined;
  /**
   * How many bytes what one attempt of a task prints may take in the store: its text as UTF-8 and what the store needs around it. Where
   * it prints more, the beginning and the end are kept, each in half of them. 0 keeps nothing.
   *
   * @default 1,048,576
   */
  readonly maxLogBytes?: number | undefined;
  /**
   * How long, in milliseconds, a handler that was told to stop may go on before its task is settled without it.
   *
   * @default the handler's `graceMs` + 2,000; 5,000 for a handler without one
   */
  readonly abandonAfterMs?: number | undefined;
  /**
   * How often a task that fails is tried again, unless its own `retry` says so.
   *
   * @default none is
   */
  readonly retry?: RetryPolicy | undefined;
  /**
   * The process that the executor lives in, so that another one can tell at once when it is gone. `ttasks` fills it in.
   *
   * @default undefined: it is told by the lease alone, which others must watch for 20 s
   */
  readonly owner?: ExecutorOwner | undefined;
  /**
   * What becomes of a task whose state cannot be saved. `"record"`: the failure is noted, and the task goes on. `"strict"`: a task
   * whose start cannot be saved is pending again, and one whose end cannot be saved makes `execute` reject, so that nothing that comes after
   * it starts; a graph that cannot be saved does not run.
   *
   * @default "record"
   */
  readonly persistence?: PersistenceMode | undefined;
  /**
   * Where timestamps, durations and timeouts come from.
   *
   * @default the runtime's own time
   */
  readonly clock?: Clock | undefined;
}

/** What becomes of a task whose state cannot be saved. */
export type PersistenceMode = "record" | "strict";

/** The options with their defaults filled in. */
export interface ExecutorSettings {
  readonly store: Store | undefined;
  readonly maxLogBytes: number;
  readonly abandonAfterMs: number | undefined;
  readonly retry: RetryPolicy | undefined;
  readonly owner: ExecutorOwner | undefined;
  readonly isStrict: boolean;
  readonly clock: Clock;
}

const DEFAULT_MAX_LOG_BYTES = 1_048_576;

const OPTIONS: Checks<ExecutorOptions> = {
  handlers: unchecked,
  store: check("a Store", (value) => typeof (value as Partial<Store> | null)?.tasks?.save === "function"),
  maxLogBytes: checkCount,
  abandonAfterMs: checkTimerMs,
  retry: checkRetry,
  owner: checkOwner,
  persistence: oneOf<PersistenceMode>(["record", "strict"]),
  clock: unchecked,
};

/**
 * Fills in the defaults.
 *
 * @throws {TypeError} when an option is unknown or not as expected
 */
export function executorSettings(options: ExecutorOptions): ExecutorSettings {
  checkOptions("a TaskExecutor", options, OPTIONS);
  const { store, maxLogBytes = DEFAULT_MAX_LOG_BYTES, abandonAfterMs, retry, owner, clock = systemClock } = options;
  const isStrict = options.persistence === "strict";
  return { store, maxLogBytes, abandonAfterMs, retry: retry && checkRetry("retry", retry), owner, isStrict, clock };
}
