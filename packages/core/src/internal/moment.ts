const EPOCH = Date.now();

/**
 * A time in whole milliseconds, as a number that is small while the process is young: it takes no memory of its own, as there are
 * several to each task.
 */
export type Moment = number;

/** What is kept of a time in milliseconds since 1970. */
export function toMoment(time: number): Moment {
  return Math.trunc(time) - EPOCH;
}

/** The time in milliseconds since 1970. */
export function timeOf(moment: Moment): number {
  return EPOCH + moment;
}
