import { MAX_TIMER_MS } from "../internal/check-option.ts";
import type { OutputStream } from "../events/output-chunk.ts";
import type { KnownTaskType, OutputOf, TaskTypeName } from "../task/task-type.ts";
import type { AttemptProcess } from "../task/task-attempt.ts";
import type { Task } from "../task/task.ts";
import type { HandlerOutput } from "./handler-output.ts";

/** What a handler is given. Its fields are made when they are read: pass it on as it is, a copy by `{ ...context }` has none of them. */
export interface HandlerContext<K extends TaskTypeName = TaskTypeName> {
  /** The task to run; its state is the executor's to change. */
  readonly task: Task<K>;
  /** The direct dependencies by their id: the live tasks. All are done, but those of a finally task, which may be in any state. */
  readonly upstream: ReadonlyMap<string, Task>;
  /** Aborted when the task is cancelled or times out, with the error as its reason. Made when it is first read. */
  readonly signal: AbortSignal;
  /**
   * Passes on live output to `executor.output`; it is not part of the result. Bytes are decoded as UTF-8.
   * It may be called detached from the context, and does nothing once the task has ended.
   */
  output(this: void, chunk: string | Uint8Array, stream?: OutputStream): void;
  /**
   * Notes the process group that the handler has started, so that one that outlives this program can be ended when the store is
   * recovered. It may be called detached from the context, and does nothing once the attempt has ended.
   *
   * @throws {TypeError} when it is not as expected
   */
  noteProcess(this: void, process: AttemptProcess): void;
}

interface HandlerSignature<K extends TaskTypeName> {
  call(
    context: HandlerContext<K>,
  ): OutputOf<K> | HandlerOutput<OutputOf<K>> | Promise<OutputOf<K> | HandlerOutput<OutputOf<K>>>;
}

/** What a handler may carry beside its code. */
export interface HandlerTraits {
  /**
   * How long the handler may take to end a task after it was told to stop; the executor waits that long and 2,000 ms more.
   *
   * @default undefined (the executor waits 5,000 ms)
   */
  readonly graceMs?: number | undefined;
  /** Called once by `executor.close()`, after the last task: frees what the handler holds. */
  [Symbol.asyncDispose]?(): PromiseLike<void>;
}

/**
 * Runs the tasks of one type. A returned value is the output and means success; use {@link HandlerOutput} where there is more to say.
 * Throwing `TaskCancelledError` cancels the task, throwing anything else fails it.
 *
 * @example
 * ```ts
 * import type { Handler } from "@ttasks/core";
 *
 * const upperCase: Handler<"upper"> = ({ task }) => String(task.payload).toUpperCase();
 * ```
 */
// Typed by way of a method, so that a `Handler<"bash">` fits where any handler is asked for.
export type Handler<K extends TaskTypeName = TaskTypeName> = HandlerSignature<K>["call"] & HandlerTraits;

type KnownHandlers = { readonly [K in KnownTaskType]?: Handler<K> | undefined };

/** Handlers by the type of task that they run: what a handler package's function returns. */
export interface HandlerMap extends KnownHandlers {
  readonly [type: string]: Handler | undefined;
}

/** How long a handler may go on after a stop, beyond its own grace time. */
const ABANDON_MARGIN_MS = 2_000;
const DEFAULT_GRACE_MS = 3_000;

/** After how long a handler that was told to stop is given up. */
export function abandonTimeOf({ graceMs = DEFAULT_GRACE_MS }: HandlerTraits): number {
  return Math.min(graceMs + ABANDON_MARGIN_MS, MAX_TIMER_MS);
}
