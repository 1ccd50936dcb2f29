import type { HandlerContext, Task } from "@ttasks/core";

/** A handler that was called, and ends when the simulation lets it. */
export interface HandlerCall {
  readonly task: Task;
  /** The number of the attempt that it was called for. */
  readonly attempt: number;
  readonly executorId: string;
  readonly context: HandlerContext;
  /** Goes on until it is told to stop. */
  isHanging: boolean;
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

/** Whether the attempt of the call is the one that goes on. */
export function isInCharge({ task, attempt }: HandlerCall): boolean {
  const last = task.attempts.at(-1);
  return task.isRunning && last?.number === attempt && last.status === "running";
}

/** Whether the handler was told to stop. */
export function isStopped({ context }: HandlerCall): boolean {
  return context.signal.aborted;
}

/** A promise of a handler that calls back twice, if it is told to. */
export function pendingOutput(): Pick<HandlerCall, "resolve" | "reject"> & { readonly output: PromiseLike<unknown> } {
  let onResolve: ((output: unknown) => void) | undefined;
  let onReject: ((error: unknown) => void) | undefined;
  const output: PromiseLike<unknown> = {
    then: (resolved, rejected) => {
      onResolve = resolved as typeof onResolve;
      onReject = rejected as typeof onReject;
      return Promise.resolve() as never;
    },
  };
  return { output, resolve: (value) => onResolve?.(value), reject: (error) => onReject?.(error) };
}
