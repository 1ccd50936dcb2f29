/** Everything that a simulation does to what it tests. */
export const FAULTS = [
  "a save fails",
  "a save fails that was done",
  "a save is slow",
  "a read fails",
  "a handler throws",
  "a handler asks to be tried later",
  "a handler hangs",
  "a handler ends after it was given up",
  "a handler ends twice",
  "a task times out",
  "a task misses its deadline",
  "a task is cancelled",
  "a task is cancelled by another process",
  "a task is moved by hand",
  "a task is reset",
  "a task is released",
  "a graph is aborted",
  "a graph is run again",
  "a graph is resumed",
  "a process crashes",
  "a process crashes while it saves",
  "a process recovers what others left",
  "a second executor wants what another one runs",
  "a process comes back as a zombie",
  "a clock is set back",
  "a clock is set forward",
] as const;

/** One of the things that a simulation does to what it tests. */
export type Fault = (typeof FAULTS)[number];

/** How often each was done. */
export type FaultCounts = Record<Fault, number>;

/** Nothing was done yet. */
export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as FaultCounts;
}
