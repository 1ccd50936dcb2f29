import type { Clock } from "./clock.ts";

/** So many quick steps are taken before the clock is looked at again: that costs as much as a step. */
const QUICK_STEPS = 16;

/** Work that never waits goes on for so long before timers and I/O get their turn. */
const SLICE_MS = 4;

/** Cuts work that never waits into slices, so that it does not starve the event loop. */
export class TimeSlices {
  readonly #clock: Clock;
  #endsAt: number | undefined;
  #quickSteps = 0;
  #resume: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Whether the work may go on now. If not, `resume` is called in the next turn of the event loop, once.
   *
   * @param wasQuick - whether what was done since the last call is known to have taken a small part of a millisecond
   */
  mayGoOn(resume: () => void, wasQuick = false): boolean {
    if (this.#resume) return false;
    if (wasQuick && this.#quickSteps-- > 0) return true;
    this.#quickSteps = QUICK_STEPS;
    const now = this.#clock.monotonic();
    if (this.#endsAt === undefined) {
      this.#endsAt = now + SLICE_MS;
      this.#clock.defer(() => this.#nextTurn());
    }
    if (now < this.#endsAt) return true;
    this.#resume = resume;
    return false;
  }

  /** Runs a generator to its end and yields to the event loop between its steps; gives up, with nothing, when the signal is aborted then. */
  async run<T>(steps: Generator<void, T, void>): Promise<T>;
  async run<T>(steps: Generator<void, T, void>, signal: AbortSignal | undefined): Promise<T | undefined>;
  async run<T>(steps: Generator<void, T, void>, signal?: AbortSignal): Promise<T | undefined> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      const hasWaited = await new Promise<boolean>((resolve) => {
        if (this.mayGoOn(() => resolve(true))) resolve(false);
      });
      if (hasWaited && signal?.aborted === true) return undefined;
    }
  }

  #nextTurn(): void {
    const resume = this.#resume;
    this.#endsAt = undefined;
    this.#resume = undefined;
    resume?.();
  }
}
