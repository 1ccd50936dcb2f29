import { StoreError } from "../errors/store-errors.ts";
import { checkCount, checkOptions, checkOrdinal, checkSignal, checkString, oneOf } from "../internal/check-option.ts";
import type { Clock } from "../internal/clock.ts";
import type { OutputStream } from "../internal/output-stream.ts";
import type { Task } from "../task/task.ts";
import { after } from "./flow.ts";
import { LogEntries, lastLines } from "./log-entries.ts";
import { gatherLogs, type AppendLog } from "./log-writer.ts";
import type { FollowOptions, LogEntry, LogQuery, TaskLogs } from "./log.ts";
import type { Mode, Returns } from "./mode.ts";
import { Pauses } from "./pauses.ts";
import type { LogChunk, LogDriver } from "./store-driver.ts";

/** How often a log that is followed is looked at. */
const POLL_MS = 100;

/** The logs in a store: read and followed in whatever way the store keeps them. */
export class StoredLogs<M extends Mode> implements TaskLogs<M> {
  readonly writer?: NonNullable<TaskLogs["writer"]>;
  readonly #chunks: LogDriver<M>["read"] | undefined;
  readonly #task: (id: string) => Returns<Task | undefined>[M];
  readonly #clock: Clock;

  /** @param chunks - absent where logs are not kept */
  constructor(
    chunks: LogDriver<M>["read"] | undefined,
    task: (id: string) => Returns<Task | undefined>[M],
    append: AppendLog,
    clock: Clock,
  ) {
    if (chunks) this.writer = (options) => gatherLogs(append, options);
    this.#chunks = chunks;
    this.#task = task;
    this.#clock = clock;
  }

  read(taskId: string, query: LogQuery = {}): Returns<LogEntry[]>[M] {
    const chunks = this.#source(taskId);
    const stream = oneOf<OutputStream>(["stdout", "stderr"]);
    checkOptions("logs.read", query, { attempt: checkOrdinal, stream, tail: checkCount });
    return after<M, readonly LogChunk[], LogEntry[]>(chunks(taskId, { attempt: query.attempt }), (found) => {
      const entries = new LogEntries(query.stream).take(found);
      const wanted = query.tail === undefined ? entries : lastLines(entries, query.tail);
      if (found.length > 0) return wanted;
      return after<M, Task | undefined, LogEntry[]>(this.#task(taskId), (task) => {
        existing(taskId, task);
        return wanted;
      });
    });
  }

  follow(taskId: string, options: FollowOptions = {}): AsyncIterableIterator<LogEntry> {
    const chunks = this.#source(taskId);
    checkOptions("logs.follow", options, { attempt: checkOrdinal, signal: checkSignal });
    const pauses = new Pauses(this.#clock, options.signal);
    const walk = this.#walk(taskId, chunks, options.attempt, pauses);
    return {
      next: () => walk.next(),
      // A walk that waits would first wait to its end.
      return: () => {
        pauses.end();
        return walk.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#walk(
    id: string,
    chunks: LogDriver<M>["read"],
    wanted: number | undefined,
    pauses: Pauses,
  ): AsyncGenerator<LogEntry, void, undefined> {
    const entries = new LogEntries();
    let attempt = wanted;
    for (;;) {
      pauses.check();
      // The state first: what comes before the end of an attempt is stored no later than that.
      const task = existing(id, await this.#task(id));
      attempt ??= (task.attempts.at(-1)?.number ?? 0) + Number(task.isPending) || 1;
      const hasEnded = attempt === undefined ? task.isTerminal : isOver(task, attempt);
      const found = attempt === undefined ? [] : await chunks(id, { attempt, after: entries.number });
      for (const entry of entries.take(found)) {
        pauses.check();
        yield entry;
      }
      if (hasEnded || (await pauses.pause(POLL_MS))) return;
    }
  }

  #source(taskId: string): LogDriver<M>["read"] {
    checkString("taskId", taskId);
    if (this.#chunks) return this.#chunks;
    throw new StoreError(
      "no_logs",
      `Cannot read the log of task "${taskId}": the store's driver keeps no logs; give it \`logs\` (see StoreDriver), or use a store that keeps them`,
    );
  }
}

function existing(id: string, task: Task | undefined): Task {
  if (task) return task;
  throw new StoreError("missing_task", `Cannot read the log of task "${id}": it is not in the store`);
}

function isOver({ attempts, isTerminal }: Task, number: number): boolean {
  const attempt = attempts.find((each) => each.number === number);
  if (attempt) return attempt.status !== "running";
  // One that is too old to be known, or that will not come.
  return isTerminal || number <= (attempts.at(-1)?.number ?? 0);
}
