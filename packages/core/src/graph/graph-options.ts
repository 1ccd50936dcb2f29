import { check, checkBoolean, checkOptions, checkSignal, unchecked, type Checks } from "../internal/check-option.ts";
import { systemClock, type Clock } from "../internal/clock.ts";
import type { Task } from "../task/task.ts";

/** How a task takes part in a graph. */
export interface AddOptions {
  /**
   * The tasks that must be done before this one starts. They may be added to the graph later; naming one twice counts once.
   *
   * @default none
   */
  readonly after?: Iterable<Task> | undefined;
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
}

/** How a graph runs. */
export interface RunOptions {
  /**
   * How many tasks run at once: a whole number from 1, or `Infinity`.
   *
   * @default the machine's available parallelism, at least 2
   */
  readonly concurrency?: number | undefined;
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

/** The options of a run with their defaults filled in. */
export interface RunSettings {
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly failFast: boolean;
  readonly clock: Clock;
}

/** What `graph.add` takes. */
export const ADD_OPTIONS: Checks<AddOptions> = {
  after: unchecked,
  finally: checkBoolean,
  required: checkBoolean,
};

const RUN_OPTIONS: Checks<RunOptions> = {
  concurrency: check(
    "a whole number from 1, or Infinity",
    (value) => value === Infinity || (Number.isInteger(value) && (value as number) >= 1),
  ),
  signal: checkSignal,
  failFast: checkBoolean,
  clock: unchecked,
};

/**
 * Fills in the defaults.
 *
 * @throws {TypeError} when an option is unknown or not as expected.
 */
export function runSettings(options: RunOptions): RunSettings {
  checkOptions("graph.run", options, RUN_OPTIONS);
  const { concurrency = availableParallelism(), signal, failFast = false, clock = systemClock } = options;
  return { concurrency, signal, failFast, clock };
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
