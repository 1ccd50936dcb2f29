import type { Clock } from "../internal/clock.ts";

/** Waits between looks, which a signal or the one who looks may end at once. */
export class Pauses {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  #isEnded = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock, signal: AbortSignal | undefined) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Throws the signal's reason when it is aborted. */
  check(): void {
    if (this.#signal?.aborted) throw this.#signal.reason;
  }

  /** Waits, unless it was ended; resolves to whether it was. */
  async pause(ms: number): Promise<boolean> {
    this.check();
    if (!this.#isEnded) await this.#wait(ms);
    this.check();
    return this.#isEnded;
  }

  /** Ends the wait, and all that would come. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async #wait(ms: number): Promise<void> {
    let stop = (): void => undefined;
    await new Promise<void>((resolve) => {
      const wake = (): void => resolve();
      const cancelTimer = this.#clock.setTimer(wake, ms);
      this.#signal?.addEventListener("abort", wake);
      this.#wake = wake;
      stop = () => {
        cancelTimer();
        this.#signal?.removeEventListener("abort", wake);
      };
    });
    stop();
  }
}
