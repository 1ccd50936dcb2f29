import type { Clock } from "./clock.ts";

/** Work that never waits goes on for so long before timers and I/O get their turn. */
const SLICE_MS = 4;

/** Cuts work that never waits into slices, so that it does not starve the event loop. */
export class TimeSlices {
  readonly #clock: Clock;
  #endsAt: number | undefined;
  #resume: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the work may go on now. If not, `resume` is called in the next turn of the event loop, once. */
  mayGoOn(resume: () => void): boolean {
    if (this.#resume) return false;
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
