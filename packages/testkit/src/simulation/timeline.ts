import type { Clock } from "@ttasks/core";

/** Something that is to be called at a time. */
export interface Timer {
  readonly at: number;
  readonly clock: ProcessClock;
  readonly callback: () => void;
}

/** The time that all processes share: it stands still until the simulation moves it. */
export class Timeline {
  /** Milliseconds since the start of the seed. */
  now = 0;
  // A set keeps the order of setting, which decides between timers of one moment.
  readonly timers = new Set<Timer>();

  /** The timer that is due first, of processes that are not stopped. */
  next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) if (!timer.clock.isStopped && (!first || timer.at < first.at)) first = timer;
    return first;
  }

  /** Moves time to where the timer is due, and calls it. */
  fire(timer: Timer): void {
    this.timers.delete(timer);
    this.now = Math.max(this.now, timer.at);
    timer.callback();
  }
}

/** The clock of one process: its wall clock can be set, what it measures durations with cannot. */
export class ProcessClock implements Clock {
  /** Whether its timers wait: the process is frozen, or gone. */
  isStopped = false;
  /** By how much its wall clock differs from that of others. */
  offset = 0;
  /** What is to be called in the next turn of the event loop. */
  #deferred: (() => void)[] = [];
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** The wall clock. */
  now(): number {
    return Date.UTC(2030, 0, 1) + this.#timeline.now + this.offset;
  }

  /** Never goes backwards. */
  monotonic(): number {
    return this.#timeline.now;
  }

  /** Calls back when the simulation lets time pass. */
  setTimer(callback: () => void, delayMs: number): () => void {
    const timer: Timer = { at: this.#timeline.now + delayMs, clock: this, callback };
    this.#timeline.timers.add(timer);
    return () => {
      this.#timeline.timers.delete(timer);
    };
  }

  /** Calls back when the simulation lets the turn end. */
  defer(callback: () => void): void {
    this.#deferred.push(callback);
  }

  /** Whether something waits for the end of the turn. */
  get hasDeferred(): boolean {
    return this.#deferred.length > 0;
  }

  /** Ends the turn of the event loop. */
  endTurn(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const callback of deferred) callback();
  }
}
