import type { TaskUsage } from "../internal/task-usage.ts";

/** What a handler can tell beside its output. */
export interface HandlerOutputFields<O = unknown> {
  readonly output?: O | undefined;
  readonly stderr?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly truncated?: boolean | undefined;
  readonly usage?: TaskUsage | undefined;
  readonly raw?: unknown;
}

/**
 * A handler's output with more to say than the value alone.
 *
 * @example
 * ```ts
 * import { HandlerOutput, TaskExecutor } from "@ttasks/core";
 *
 * const executor = TaskExecutor.empty();
 * executor.register("compile", () => new HandlerOutput({ output: "3 files", stderr: "1 warning", exitCode: 0 }));
 * ```
 */
export class HandlerOutput<O = unknown> {
  /** The task's output. It is stored as `JSON.stringify` writes it; what JSON cannot hold stays in memory only. */
  declare readonly output: O | undefined;
  declare readonly stderr: string | undefined;
  declare readonly exitCode: number | undefined;
  /** The signal that ended the process, as `"SIGKILL"`. */
  declare readonly signal: string | undefined;
  /** Whether part of the output was left out. */
  declare readonly truncated: boolean | undefined;
  /** What the task used of language models. */
  declare readonly usage: TaskUsage | undefined;
  /** The handler's own result object; not stored. */
  declare readonly raw: unknown;

  constructor(fields: HandlerOutputFields<O>) {
    Object.assign(this, fields);
  }
}
