/** Where executors and runs take time from; tests inject their own. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch: what a result's dates show. */
  now(): number;
  /** Milliseconds that never go backwards: what durations are measured with. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs`; returns a function that calls it off. */
  setTimer(callback: () => void, delayMs: number): () => void;
  /** Calls `callback` in a later turn of the event loop, so that timers and I/O come first. */
  defer(callback: () => void): void;
}

/** The runtime's own time. The globals are looked up at each call, so that it loads anywhere and fake timers work. */
export const systemClock: Clock = Object.freeze<Clock>({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  defer(callback) {
    // Not every runtime has setImmediate.
    const { setImmediate = setTimeout } = globalThis as { setImmediate?: (callback: () => void) => unknown };
    setImmediate(callback);
  },
});
