import type { EventBus } from "../events/event-bus.ts";
import type { OutputChunk } from "../events/output-chunk.ts";
import { TaskEventType, type TaskEvent } from "../events/task-event.ts";
import type { Clock } from "../internal/clock.ts";
import { isThenable } from "../internal/is-thenable.ts";
import { keyOf, type Key } from "../task/stored-object.ts";
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
  error?: Error,
  type?: TaskEventType,
];

/** What an executor is running: who saves it, tells of it, and lets go of it when it has ended. */
export class Executions implements ExecutionHost {
  readonly clock: Clock;
  readonly output: EventBus<OutputChunk>;
  readonly abandonAfterMs: number | undefined;
  readonly persistence: Persistence;
  readonly #events: EventBus<TaskEvent>;
  readonly #running = new Map<Key, Execution>();
  readonly #aborts = new AbortWatch();
  #lastDate = new Date(0);

  constructor(settings: ExecutorSettings, events: EventBus<TaskEvent>, output: EventBus<OutputChunk>) {
    this.clock = settings.clock;
    this.output = output;
    this.abandonAfterMs = settings.abandonAfterMs;
    this.persistence = new Persistence(settings.store, (task, error) =>
      this.#emit(task, task.status, task.status, this.clock.now(), error, TaskEventType.PERSISTENCE_FAILED),
    );
    this.#events = events;
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
  announce(task: Task, previous: TaskStatus, at: number, error: Error | undefined, waiting: Waiting): void {
    // Somebody may move it while it is saved.
    const { status } = task;
    const saved = this.persistence.save(task, this.#running.size < 2);
    if (isThenable(saved)) {
      void this.#announceAfter(saved, waiting, task, previous, status, at, error);
      return;
    }
    this.#emit(task, previous, status, at, error);
    waiting.announced();
  }

  async #announceAfter(saved: PromiseLike<void>, waiting: Waiting, ...event: EventParts): Promise<void> {
    try {
      await saved;
    } catch (thrown) {
      this.persistence.failed(event[0], thrown);
    }
    this.#emit(...event);
    waiting.announced();
  }

  #emit(...[task, previousStatus, status, at, error, type]: EventParts): void {
    if (!this.#events.isActive) return;
    this.#events.emit({
      type: type ?? EVENT_OF_STATUS[status as Exclude<TaskStatus, "pending">],
      taskId: task.id,
      task,
      previousStatus,
      status,
      timestamp: this.#dateOf(at),
      error,
    });
  }

  /** Events of one millisecond share a date: it costs more to make than all else of an event. */
  #dateOf(time: number): Date {
    if (this.#lastDate.getTime() !== time) this.#lastDate = new Date(time);
    return this.#lastDate;
  }
}
