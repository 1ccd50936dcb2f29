import { attempt } from "../internal/attempt.ts";
import { MAX_ATTEMPTS } from "../task/task-attempt.ts";
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

  open(task: Task, number: number): LogSink {
    // The log of an attempt that the task itself does not know any more.
    const outdated = { from: 0, to: Number.MAX_SAFE_INTEGER };
    if (number > MAX_ATTEMPTS)
      void this.#store(task, {
        op: "log",
        kind: "task",
        id: task.id,
        attempt: number - MAX_ATTEMPTS,
        outdated,
        chunks: [],
      });
    const log = new AttemptLog(task, number, this.#options.maxBytes, this.#options.clock);
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
    const stored = change && this.#store(log.task, change);
    if (!stored) return;
    log.isBeingWritten = true;
    void stored.then(() => (log.isBeingWritten = false));
  }

  /** What is thrown is told; returns a promise only where there is something to wait for. */
  #store(task: Task, change: LogChange): void | Promise<void> {
    return attempt(this.#append, change, (thrown) => this.#options.onError(task, thrown));
  }
}
