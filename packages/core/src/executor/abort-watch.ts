import type { Execution } from "./execution.ts";

/** Cancels executions when their callers' signals are aborted, with one listener a signal however many share it. */
export class AbortWatch {
  readonly #executions = new Map<AbortSignal, Set<Execution>>();
  readonly #listeners = new WeakMap<AbortSignal, () => void>();

  add(signal: AbortSignal, execution: Execution): void {
    const executions = this.#executions.get(signal);
    if (executions) executions.add(execution);
    else this.#listen(signal, new Set([execution]));
  }

  delete(signal: AbortSignal, execution: Execution): void {
    const executions = this.#executions.get(signal);
    executions?.delete(execution);
    const listener = this.#listeners.get(signal);
    if (executions?.size !== 0 || !listener) return;
    this.#executions.delete(signal);
    signal.removeEventListener("abort", listener);
  }

  #listen(signal: AbortSignal, executions: Set<Execution>): void {
    const onAbort = (): void => {
      for (const execution of [...executions]) execution.cancel(signal.reason);
    };
    this.#executions.set(signal, executions);
    this.#listeners.set(signal, onAbort);
    signal.addEventListener("abort", onAbort);
  }
}
