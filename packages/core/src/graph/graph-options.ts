import {
  check,
  checkBoolean,
  checkObject,
  checkOptions,
  checkSignal,
  checkText,
  unchecked,
  type Check,
  type Checks,
} from "../internal/check-option.ts";
import { systemClock, type Clock } from "../internal/clock.ts";
import { checkTask } from "../task/check-task.ts";
import type { Task } from "../task/task.ts";
import type { GraphDependency } from "./edge-condition.ts";
import type { RunTrigger } from "./run.ts";

/** How a task takes part in a graph. */
export interface AddOptions {
  /**
   * The tasks that must be done before this one starts, or come to another end where `on` says so. They may be added to the graph later;
   * naming one twice counts once.
   *
   * @default none
   */
  readonly after?: Iterable<Task | GraphDependency> | undefined;
  /**
   * Whether the task runs once no ordinary task runs or can still start, even if they failed: for reports and cleanup.
   *
   * @default false
   */
  readonly finally?: boolean | undefined;
  /**
   * Whether `graph.ok` asks for this task's success.
   *
   * @default true
   */
  readonly required?: boolean | undefined;
  /**
   * The pool that the task runs in, with as many others at once as `pools` of the run allows.
   *
   * @default none
   */
  readonly pool?: string | undefined;
  /**
   * Of the tasks that may start, those with the highest priority start first, and among them the one that became ready first.
   *
   * @default 0
   */
  readonly priority?: number | undefined;
}

/** How a graph runs. */
export interface RunOptions {
  /**
   * How many tasks run at once: a whole number from 1, or `Infinity`.
   *
   * @default the machine's available parallelism, at least 2
   */
  readonly concurrency?: number | undefined;
  /**
   * How many tasks of each pool run at once: whole numbers from 1, or `Infinity`. A full pool holds back its own tasks only.
   *
   * @default none
   */
  readonly pools?: Readonly<Record<string, number>> | undefined;
  /** Aborting it cancels the running tasks and starts nothing more, finally tasks included; the rest stays pending. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether the failure of a required task keeps ordinary tasks from starting. What runs goes on to its end, and finally tasks run.
   *
   * @default false
   */
  readonly failFast?: boolean | undefined;
  /**
   * Where the run takes time from, to yield to the event loop.
   *
   * @default the runtime's own time
   */
  readonly clock?: Clock | undefined;
}

/** Which tasks run again, and how; either `failed` or `from` is to be given. */
export interface RerunOptions extends RunOptions {
  /** All tasks that failed or were cancelled. */
  readonly failed?: true | undefined;
  /** This task. */
  readonly from?: Task | undefined;
  /**
   * Whether everything that comes after those tasks runs again as well, directly or not; the finally tasks come after all others.
   *
   * @default false
   */
  readonly downstream?: boolean | undefined;
}

/** The options of a run with their defaults filled in. */
export interface RunSettings {
  readonly concurrency: number;
  readonly pools: ReadonlyMap<string, number>;
  readonly signal: AbortSignal | undefined;
  readonly failFast: boolean;
  readonly clock: Clock;
}

/** What `graph.add` takes. */
export const ADD_OPTIONS: Checks<AddOptions> = {
  after: unchecked,
  finally: checkBoolean,
  required: checkBoolean,
  pool: checkText,
  priority: check("a finite number", Number.isFinite),
};

const checkLimit: Check<number> = check(
  "a whole number from 1, or Infinity",
  (value) => value === Infinity || (Number.isInteger(value) && (value as number) >= 1),
);

/** What `graph.run` takes. */
const RUN_OPTIONS: Checks<RunOptions> = {
  concurrency: checkLimit,
  pools: (name, value) => {
    const pools = Object.entries(checkObject(name, value));
    for (const [pool, limit] of pools) checkLimit(`${name}.${pool}`, limit);
    return value as Readonly<Record<string, number>>;
  },
  signal: checkSignal,
  failFast: checkBoolean,
  clock: unchecked,
};

/** What `graph.rerun` takes. */
const RERUN_OPTIONS: Checks<RerunOptions> = {
  ...RUN_OPTIONS,
  failed: check("true", (value) => value === true),
  from: checkTask,
  downstream: checkBoolean,
};

/**
 * Fills in the defaults.
 *
 * @throws {TypeError} when an option is unknown or not as expected, or it is not clear which tasks a rerun is to run again
 */
export function runSettings(trigger: RunTrigger, options: RerunOptions): RunSettings {
  const isRerun = trigger === "rerun";
  checkOptions<RunOptions>(`graph.${trigger}`, options, isRerun ? RERUN_OPTIONS : RUN_OPTIONS);
  if (isRerun && (options.failed === undefined) === (options.from === undefined))
    throw new TypeError("graph.rerun takes either { failed: true } or { from: task }, to say which tasks run again");
  const { concurrency = availableParallelism(), pools = {}, signal, failFast = false, clock = systemClock } = options;
  return { concurrency, pools: new Map(Object.entries(pools)), signal, failFast, clock };
}

interface Runtime {
  readonly process?: { getBuiltinModule?(name: "node:os"): { availableParallelism(): number } | undefined };
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

function availableParallelism(): number {
  const { process, navigator } = globalThis as Runtime;
  const found = process?.getBuiltinModule?.("node:os")?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 2;
  return Math.max(2, found);
}
