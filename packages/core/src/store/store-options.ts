import { checkOptions, unchecked } from "../internal/check-option.ts";
import { systemClock, type Clock } from "../internal/clock.ts";

/** What the constructors of the stores take. */
export interface StoreOptions {
  /**
   * Where the store takes the end of a turn of the event loop from, when it commits what `record` gathered, and the time between two looks
   * at a log that is followed.
   *
   * @default the runtime's own time
   */
  readonly clock?: Clock | undefined;
}

/** The clock that a store is to use. */
export function clockOf(options: StoreOptions): Clock {
  checkOptions("a store", options, { clock: unchecked });
  return options.clock ?? systemClock;
}
