import { isObject } from "../internal/check-option.ts";

/** What went wrong, as a stable string: the `code` of a {@link TtasksError}. */
export type ErrorCode =
  | "invalid_transition"
  | "task_frozen"
  | "task_claimed"
  | "task_held"
  | "execution_failed"
  | "timeout"
  | "cancelled"
  | "no_handler"
  | "executor_closed"
  | "unknown_dependency"
  | "duplicate_task"
  | "cycle"
  | "finally_order"
  | "graph_running"
  | "edge_condition"
  | "unknown_pool"
  | "unknown_task"
  | "task_running"
  | "store_failed"
  | "store_key"
  | "bad_document"
  | "newer_document"
  | "missing_task"
  | "stale_revision"
  | "no_logs";

const BRAND = Symbol.for("ttasks.error");

/** The base of every error of ttasks; `C` is what its `code` can be. */
export class TtasksError<C extends ErrorCode = ErrorCode> extends Error {
  /** What went wrong; use it, not the message, to tell errors apart. */
  declare readonly code: C;

  constructor(code: C, message: string, options?: { readonly cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : options);
    this.code = code;
  }

  // On the prototype, where they are not listed among an error's own fields.
  static {
    Object.assign(this.prototype, { name: "TtasksError", [BRAND]: true });
  }
}

/**
 * Whether a value is an error of ttasks, also when it comes from another copy of the library, where `instanceof` fails.
 *
 * @example
 * ```ts
 * import { isTtasksError, Task, TaskExecutor } from "@ttasks/core";
 *
 * try {
 *   await TaskExecutor.empty().execute(Task.bash("make"));
 * } catch (error) {
 *   if (isTtasksError(error) && error.code === "no_handler") console.log("register a handler first");
 * }
 * ```
 */
export function isTtasksError(value: unknown): value is TtasksError {
  try {
    return isObject(value) && BRAND in value;
  } catch {
    return false; // a revoked Proxy
  }
}
