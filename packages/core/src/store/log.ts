import type { Clock } from "../internal/clock.ts";
import type { OutputStream } from "../internal/output-stream.ts";
import type { Task } from "../task/task.ts";
import type { Mode, Returns } from "./mode.ts";

/** Something that an attempt of a task has printed: what came on one stream within a short time. */
export interface LogEntry {
  /** The attempt, from 1. */
  readonly attempt: number;
  readonly stream: OutputStream;
  /** When the first of it was printed. */
  readonly time: Date;
  /** Bytes that are not UTF-8 are U+FFFD. */
  readonly text: string;
  /** How many bytes the attempt has printed between the entry before and this one that were not kept, on both streams; absent where all were kept. */
  readonly omittedBytes?: number;
}

/** Which entries of a log to read; an absent field asks for all. */
export interface LogQuery {
  /** Of this attempt only, from 1. */
  readonly attempt?: number | undefined;
  /** Of this stream only. */
  readonly stream?: OutputStream | undefined;
  /** The last lines, so many, of what the other fields ask for; the first entry may then be the end of one. */
  readonly tail?: number | undefined;
}

/** What to follow of a log. */
export interface FollowOptions {
  /**
   * The attempt, from 1.
   *
   * @default the one that runs or ran last; of a task that is pending, the next one
   */
  readonly attempt?: number | undefined;
  /** Ends it: the walk then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What tasks have printed. */
export interface TaskLogs<M extends Mode = Mode> {
  /**
   * What was kept of what a task has printed, in order: all attempts, one after the other.
   *
   * @throws {TypeError} when an argument is not as expected
   * @throws {StoreError} `missing_task` when no such task is stored, `no_logs` when the store's driver keeps no logs
   */
  read(taskId: string, query?: LogQuery): Returns<LogEntry[]>[M];
  /**
   * What an attempt prints, from its beginning: each entry when it is stored, whoever runs the task, in whatever process. It waits for a
   * task that is pending, and ends when the attempt has ended and everything was given. It asks the store again every 100 ms.
   *
   * The walk throws a `StoreError` `missing_task` when no such task is stored (any more), and the signal's reason as soon as that is aborted,
   * as the async iterators of Node.js do.
   *
   * @throws {TypeError} when an argument is not as expected
   * @throws {StoreError} `no_logs` when the store's driver keeps no logs
   */
  follow(taskId: string, options?: FollowOptions): AsyncIterableIterator<LogEntry>;
  /**
   * What an executor calls once, to have what its tasks print kept. A store makes it by `gatherLogs`.
   *
   * @default absent: the store keeps no logs
   */
  writer?(options: LogWriterOptions): LogWriter;
}

/** What a {@link LogWriter} is made with. */
export interface LogWriterOptions {
  /** How many bytes of the store an attempt may take. */
  readonly maxBytes: number;
  readonly clock: Clock;
  /** Told of each write that failed; what it was to write is lost. */
  onError(task: Task, thrown: unknown): void;
}

/** Keeps what the tasks of an executor print. */
export interface LogWriter {
  /** Begins the log of an attempt of a task, when it prints for the first time. */
  open(task: Task, attempt: number): LogSink;
}

/** Takes what an attempt prints. */
export interface LogSink {
  /** Takes the next chunk; bytes may change when it has returned. */
  add(chunk: string | Uint8Array, stream: OutputStream): void;
  /** Called when the handler has ended, before the state that ends the attempt is saved: all is to be stored no later than that. */
  close(): void;
}
