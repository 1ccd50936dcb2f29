import type { Clock } from "@ttasks/core";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that passes only when a test lets it. */
export class VirtualClock implements Clock {
  #time = 0;
  readonly #timers = new Set<Timer>();

  /** How many timers are set: none may be left over. */
  get timerCount(): number {
    return this.#timers.size;
  }

  now(): number {
    return 1_000_000 + this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    const timer = { at: this.#time + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  defer(callback: () => void): void {
    setImmediate(callback);
  }

  /** Lets time pass; what the timers cause has happened when it resolves. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms;
    await turn();
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#time = timer.at;
      this.#timers.delete(timer);
      timer.callback();
      await turn();
    }
    this.#time = end;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** A turn of the event loop: all promises that can settle have. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
