import type { Clock } from "../internal/clock.ts";
import { isThenable } from "../internal/is-thenable.ts";
import type { OutputStream } from "../internal/output-stream.ts";
import type { TaskLogs } from "../store/log.ts";
import type { Task } from "../task/task.ts";
import { AttemptLog } from "./attempt-log.ts";

/** How long what is printed may wait to be written. */
const FLUSH_MS = 50;
/** How much longer where all that was written would soon be outdated. Together with the write it stays below 100 ms. */
const FLOOD_MS = 30;

/** Writes what tasks print to a store that keeps it: together, by one timer however many tasks there are. */
export class LogWriter {
  readonly #store: TaskLogs;
  readonly #maxBytes: number;
  readonly #clock: Clock;
  readonly #failed: (task: Task, thrown: unknown) => void;
  /** Those that have something to write. */
  readonly #gathering = new Set<AttemptLog>();
  /** Those that were flooded when the others were written. */
  #flooded = new Set<AttemptLog>();
  #cancelTimer: (() => void) | undefined;

  /** @param failed - told of each write that failed; what it was to write is lost */
  constructor(store: TaskLogs, maxBytes: number, clock: Clock, failed: (task: Task, thrown: unknown) => void) {
    this.#store = store;
    this.#maxBytes = maxBytes;
    this.#clock = clock;
    this.#failed = failed;
  }

  /** The log of an attempt that begins to print. */
  open(task: Task, attempt: number): AttemptLog {
    return new AttemptLog(task, attempt, this.#maxBytes, this.#clock);
  }

  add(log: AttemptLog, chunk: string | Uint8Array, stream: OutputStream): void {
    log.add(chunk, stream);
    this.#gather(log);
  }

  /** Writes what is left of a log, so that a state which is saved from here on is saved after it. */
  close(log: AttemptLog): void {
    log.close();
    this.#gathering.delete(log);
    this.#flooded.delete(log);
    if (this.#gathering.size === 0) this.#stopTimer();
    this.#write(log);
  }

  #gather(log: AttemptLog, delayMs = FLUSH_MS): void {
    this.#gathering.add(log);
    this.#cancelTimer ??= this.#clock.setTimer(() => this.#flush(), delayMs);
  }

  #flush(): void {
    this.#stopTimer();
    const logs = [...this.#gathering];
    this.#gathering.clear();
    const flooded = new Set(logs.filter((log) => log.isFlooding && !this.#flooded.has(log)));
    this.#flooded = flooded;
    for (const log of logs) {
      // A store that is slower than its tasks must not be given more and more.
      if (flooded.has(log) || log.isBeingWritten) this.#gather(log, FLOOD_MS);
      else this.#write(log);
    }
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #write(log: AttemptLog): void {
    const change = log.drain();
    if (!change) return;
    try {
      const written = this.#store.append?.(change);
      if (isThenable(written)) void this.#watch(log, written);
    } catch (thrown) {
      this.#failed(log.task, thrown);
    }
  }

  async #watch(log: AttemptLog, written: PromiseLike<void>): Promise<void> {
    log.isBeingWritten = true;
    try {
      await written;
    } catch (thrown) {
      this.#failed(log.task, thrown);
    }
    log.isBeingWritten = false;
  }
}
