import type { HostedExecution } from "./execution-host.ts";

interface Watched {
  readonly executions: Set<HostedExecution>;
  readonly onAbort: () => void;
}

/** Cancels executions when their callers' signals are aborted, with one listener a signal however many share it. */
export class AbortWatch {
  readonly #watched = new Map<AbortSignal, Watched>();

  add(signal: AbortSignal, execution: HostedExecution): void {
    let watched = this.#watched.get(signal);
    if (!watched) {
      const executions = new Set<HostedExecution>();
      const onAbort = (): void => executions.forEach((each) => each.cancel(signal.reason));
      watched = { executions, onAbort };
      this.#watched.set(signal, watched);
      signal.addEventListener("abort", onAbort);
    }
    watched.executions.add(execution);
  }

  delete(signal: AbortSignal, execution: HostedExecution): void {
    const watched = this.#watched.get(signal);
    if (!watched?.executions.delete(execution) || watched.executions.size > 0) return;
    this.#watched.delete(signal);
    signal.removeEventListener("abort", watched.onAbort);
  }
}
