import { noteError, type EventBus } from "../events/event-bus.ts";
import type { OutputChunk } from "../events/output-chunk.ts";
import { TaskEventType, type TaskEvent } from "../events/task-event.ts";
import type { Clock } from "../internal/clock.ts";
import { createKey, idOfKey } from "../internal/identity.ts";
import { isThenable } from "../internal/is-thenable.ts";
import type { LogWriter } from "../store/log.ts";
import { keyOf, type Key } from "../task/stored-object.ts";
import type { RetryPolicy } from "../task/retry-policy.ts";
import type { AttemptReason, LatestAttempt } from "../task/task-attempt.ts";
import type { TaskStatus } from "../task/task-status.ts";
import type { Task } from "../task/task.ts";
import { AbortWatch } from "./abort-watch.ts";
import type { Execution, ExecutionHost, Waiting } from "./execution.ts";
import type { ExecutorSettings } from "./executor-options.ts";
import { Persistence } from "./persistence.ts";

const EVENT_OF_STATUS = {
  running: TaskEventType.STARTED,
  done: TaskEventType.SUCCEEDED,
  failed: TaskEventType.FAILED,
  cancelled: TaskEventType.CANCELLED,
} as const;

type EventParts = [
  task: Task,
  previousStatus: TaskStatus,
  status: TaskStatus,
  at: number,
  error?: Error | undefined,
  type?: TaskEventType | undefined,
  delayMs?: number | undefined,
];

/** What an executor is running: who saves it, tells of it, and lets go of it when it has ended. */
export class Executions implements ExecutionHost {
  readonly clock: Clock;
  readonly output: EventBus<OutputChunk>;
  readonly logs: LogWriter | undefined;
  readonly abandonAfterMs: number | undefined;
  readonly retry: RetryPolicy | undefined;
  /** Who runs what runs here. */
  readonly executor: { readonly id: string };
  readonly persistence: Persistence;
  readonly #events: EventBus<TaskEvent>;
  readonly #running = new Map<Key, Execution>();
  readonly #aborts = new AbortWatch();
  readonly #attempts = new Map<AttemptReason | undefined, LatestAttempt>();
  #lastDate = new Date(0);

  constructor(settings: ExecutorSettings, events: EventBus<TaskEvent>, output: EventBus<OutputChunk>) {
    this.clock = settings.clock;
    this.output = output;
    this.abandonAfterMs = settings.abandonAfterMs;
    this.retry = settings.retry;
    const key = createKey();
    let id: string | undefined;
    this.executor = {
      get id() {
        return (id ??= idOfKey(key));
      },
    };
    this.persistence = new Persistence(settings.store, (task, error) =>
      this.#emit([task, task.status, task.status, this.clock.now(), error, TaskEventType.PERSISTENCE_FAILED]),
    );
    this.#events = events;
    const { store, maxLogBytes: maxBytes, clock } = settings;
    if (maxBytes > 0)
      this.logs = store?.logs?.writer?.({
        maxBytes,
        clock,
        onError: (...failed) => this.persistence.failed(...failed),
      });
  }

  /** The run of the task, or of another object of its id. */
  of(task: Task): Execution | undefined {
    return this.#running.get(keyOf(task));
  }

  add(execution: Execution): void {
    this.#running.set(keyOf(execution.task), execution);
    if (execution.callerSignal) this.#aborts.add(execution.callerSignal, execution);
  }

  release(execution: Execution): void {
    this.#running.delete(keyOf(execution.task));
    if (execution.callerSignal) this.#aborts.delete(execution.callerSignal, execution);
  }

  /** Resolves when all that run now are settled. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#running.values(), (execution) => execution.settled));
  }

  /** Tells of the state that the task has come to: the store first, then the subscribers, then who waits for both. */
  announce(
    task: Task,
    previous: TaskStatus,
    at: number,
    error: Error | undefined,
    waiting: Waiting,
    delayMs?: number,
  ): void {
    // Somebody may move it while it is saved.
    const { status } = task;
    const type = delayMs === undefined ? undefined : TaskEventType.RETRYING;
    const saved = this.persistence.save(task, this.#running.size < 2);
    if (isThenable(saved)) {
      void this.#announceAfter(saved, waiting, [task, previous, status, at, error, type, delayMs]);
      return;
    }
    if (this.#events.isActive) this.#emit([task, previous, status, at, error, type, delayMs]);
    waiting.announced();
  }

  /** Saves the task, and tells nobody but who waits for that. */
  save(task: Task, waiting: Waiting): void {
    void this.#saveAlone(task).then(() => waiting.announced());
  }

  async #saveAlone(task: Task): Promise<void> {
    try {
      await this.persistence.save(task, this.#running.size < 2);
    } catch (thrown) {
      this.persistence.failed(task, thrown);
    }
  }

  /** Takes note of what a function threw that was to say whether a task is tried again. */
  retryFailed(thrown: unknown): void {
    noteError(this.#events, thrown);
  }

  /** What tasks note of an attempt by this executor: one object for all that end alike. */
  attempt(reason?: AttemptReason): LatestAttempt {
    let attempt = this.#attempts.get(reason);
    if (!attempt) this.#attempts.set(reason, (attempt = { executor: this.executor, reason }));
    return attempt;
  }

  async #announceAfter(saved: PromiseLike<void>, waiting: Waiting, event: EventParts): Promise<void> {
    try {
      await saved;
    } catch (thrown) {
      this.persistence.failed(event[0], thrown);
    }
    this.#emit(event);
    waiting.announced();
  }

  #emit(event: EventParts): void {
    if (!this.#events.isActive) return;
    const [task, previousStatus, status, at, error, type, delayMs] = event;
    const told = {
      type: type ?? EVENT_OF_STATUS[status as Exclude<TaskStatus, "pending">],
      taskId: task.id,
      task,
      previousStatus,
      status,
      timestamp: this.#dateOf(at),
      error,
    };
    // A spread in a literal costs each event more than the rest of it.
    this.#events.emit(delayMs === undefined ? told : { ...told, delayMs });
  }

  /** Events of one millisecond share a date: it costs more to make than all else of an event. */
  #dateOf(time: number): Date {
    if (this.#lastDate.getTime() !== time) this.#lastDate = new Date(time);
    return this.#lastDate;
  }
}
