import type { Change, LogChange } from "@ttasks/core";

/** What a write is to change; a read has none. */
export type Changes = readonly (Change | LogChange)[] | undefined;

/** How a call came out. */
type Outcome<R> = { readonly value: R } | { readonly error: unknown };

/** What a fault is known by: nobody else throws it. */
export class SimulatedFault extends Error {
  override readonly name = "SimulatedFault";
}

/** A call of a store's driver that waits until the simulation lets it go on. */
export class PendingCall<R = unknown> {
  readonly label: string;
  readonly changes: Changes;
  /** Until when the disk is too slow for it. */
  slowUntil = 0;
  readonly #perform: () => R | PromiseLike<R>;
  readonly #resolve: (value: R) => void;
  readonly #reject: (error: unknown) => void;
  #outcome: Outcome<R> | undefined;

  constructor(
    label: string,
    changes: Changes,
    perform: () => R | PromiseLike<R>,
    resolve: (value: R) => void,
    reject: (error: unknown) => void,
  ) {
    this.label = label;
    this.changes = changes;
    this.#perform = perform;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Whether the disk has done it; only the answer is outstanding. */
  get isApplied(): boolean {
    return this.#outcome !== undefined;
  }

  /** What the driver has thrown. */
  get error(): Error | undefined {
    if (!this.#outcome || !("error" in this.#outcome)) return undefined;
    const { error } = this.#outcome;
    return error instanceof Error ? error : new Error(JSON.stringify(error));
  }

  /** The disk does it; what the driver throws is what it answers. */
  async apply(): Promise<void> {
    try {
      this.#outcome = { value: await this.#perform() };
    } catch (error) {
      this.#outcome = { error };
    }
  }

  /** The answer arrives. */
  reply(): void {
    const outcome = this.#outcome;
    if (!outcome) throw new Error(`${this.label} has no answer yet`);
    if ("error" in outcome) this.#reject(outcome.error);
    else this.#resolve(outcome.value);
  }

  /** It fails, whether it was done or not. */
  fail(error: SimulatedFault): void {
    this.#reject(error);
  }
}
