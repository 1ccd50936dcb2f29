import { isThenable } from "../internal/is-thenable.ts";
import type { Task } from "../task/task.ts";
import { AttemptLog } from "./attempt-log.ts";
import type { LogSink, LogWriter, LogWriterOptions } from "./log.ts";
import type { LogChange } from "./store-driver.ts";

/** How long what is printed may wait to be written. */
const FLUSH_MS = 50;
/** How much longer where all that was written would soon be outdated. Together with the write it stays below 100 ms. */
const FLOOD_MS = 30;

/** Stores a change of a log; it has returned (resolved) when that is stored. */
export type AppendLog = (change: LogChange) => void | Promise<void>;

/**
 * For the `logs.writer` of a store: gathers what tasks print, and has it stored together, by one timer however many tasks there are.
 *
 * @param append - stores a change: no later than what is saved after the call. What is printed for a task that is not stored is not kept, and no error
 * @example
 * ```ts
 * import { gatherLogs, type LogChange, type TaskLogs } from "@ttasks/core";
 *
 * const append = async (change: LogChange): Promise<void> => console.log(change.chunks.length);
 * const writer: TaskLogs["writer"] = (options) => gatherLogs(append, options);
 * ```
 */
export function gatherLogs(append: AppendLog, options: LogWriterOptions): LogWriter {
  return new GatheringWriter(append, options);
}

class GatheringWriter implements LogWriter {
  readonly #append: AppendLog;
  readonly #options: LogWriterOptions;
  /** Those that have something to write. */
  readonly #gathering = new Set<AttemptLog>();
  /** Those that were flooded when the others were written. */
  #flooded = new Set<AttemptLog>();
  #cancelTimer: (() => void) | undefined;

  constructor(append: AppendLog, options: LogWriterOptions) {
    this.#append = append;
    this.#options = options;
  }

  open(task: Task, attempt: number): LogSink {
    const log = new AttemptLog(task, attempt, this.#options.maxBytes, this.#options.clock);
    return {
      add: (chunk, stream) => {
        log.add(chunk, stream);
        this.#gather(log);
      },
      close: () => this.#close(log),
    };
  }

  #close(log: AttemptLog): void {
    log.close();
    this.#gathering.delete(log);
    this.#flooded.delete(log);
    if (this.#gathering.size === 0) this.#stopTimer();
    this.#write(log);
  }

  #gather(log: AttemptLog, delayMs = FLUSH_MS): void {
    this.#gathering.add(log);
    this.#cancelTimer ??= this.#options.clock.setTimer(() => this.#flush(), delayMs);
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
      const written = this.#append(change);
      if (isThenable(written)) void this.#watch(log, written);
    } catch (thrown) {
      this.#options.onError(log.task, thrown);
    }
  }

  async #watch(log: AttemptLog, written: PromiseLike<void>): Promise<void> {
    log.isBeingWritten = true;
    try {
      await written;
    } catch (thrown) {
      this.#options.onError(log.task, thrown);
    }
    log.isBeingWritten = false;
  }
}
