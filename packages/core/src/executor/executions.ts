import { noteError, type EventBus } from "../events/event-bus.ts";
import type { OutputChunk } from "../events/output-chunk.ts";
import { TaskEventType, type TaskEvent } from "../events/task-event.ts";
import { updateRun } from "../graph/run.ts";
import type { TaskGraph } from "../graph/task-graph.ts";
import type { Clock } from "../internal/clock.ts";
import { isThenable } from "../internal/is-thenable.ts";
import type { CancelRequest, LeaseHost, LeaseKeeper } from "../store/leases.ts";
import type { LogWriter } from "../store/log.ts";
import type { Store } from "../store/store.ts";
import { keyOfId } from "../internal/identity.ts";
import { keyOf, type Key } from "../task/stored-object.ts";
import type { RetryPolicy } from "../task/retry-policy.ts";
import type { AttemptReason, LatestAttempt } from "../task/task-attempt.ts";
import type { TaskStatus } from "../task/task-status.ts";
import { taskInternals, type Task } from "../task/task.ts";
import { InvalidTransitionError, TaskClaimedError } from "../errors/task-errors.ts";
import { AbortWatch } from "./abort-watch.ts";
import type { ExecutionHost, HostedExecution, Leasing, Waiting } from "./execution-host.ts";
import type { Execution } from "./execution.ts";
import type { ExecutorSettings } from "./executor-options.ts";
import { newIdentity } from "./executor-identity.ts";
import { claimedBy, Persistence, unsavedError } from "./persistence.ts";

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
export class Executions implements ExecutionHost, LeaseHost {
  readonly clock: Clock;
  readonly output: EventBus<OutputChunk>;
  readonly logs: LogWriter | undefined;
  readonly abandonAfterMs: number | undefined;
  readonly retry: RetryPolicy | undefined;
  /** Who runs what runs here. */
  executor = newIdentity();
  readonly persistence: Persistence;
  readonly #events: EventBus<TaskEvent>;
  readonly #store: Store | undefined;
  readonly #lease: LeaseKeeper | undefined;
  readonly #running = new Map<Key, Execution>();
  readonly #aborts = new AbortWatch();
  readonly #attempts = new Map<AttemptReason | undefined, LatestAttempt>();
  #lastDate = new Date(0);

  constructor(settings: ExecutorSettings, events: EventBus<TaskEvent>, output: EventBus<OutputChunk>) {
    this.clock = settings.clock;
    this.output = output;
    this.abandonAfterMs = settings.abandonAfterMs;
    this.retry = settings.retry;
    const { store, maxLogBytes: maxBytes, clock, owner, isStrict } = settings;
    this.persistence = new Persistence(store, isStrict, (task, error) =>
      this.#emit([task, task.status, task.status, this.clock.now(), error, TaskEventType.PERSISTENCE_FAILED]),
    );
    this.#events = events;
    this.#store = store;
    this.#lease = store?.leases?.keeper(owner, this);
    if (maxBytes > 0)
      this.logs = store?.logs?.writer?.({
        maxBytes,
        clock,
        onError: (...failed) => this.persistence.failed(...failed),
      });
  }

  /** See {@link LeaseHost}. */
  get id(): string {
    return this.executor.id;
  }

  /** The run of the task, or of another object of its id. */
  of(task: Task): Execution | undefined {
    return this.#running.get(keyOf(task));
  }

  add(execution: Execution): void {
    this.#running.set(keyOf(execution.task), execution);
    if (execution.callerSignal) this.#aborts.add(execution.callerSignal, execution);
    if (this.#running.size === 1) this.#lease?.busy();
  }

  release(execution: HostedExecution): void {
    this.#running.delete(keyOf(execution.task));
    if (execution.callerSignal) this.#aborts.delete(execution.callerSignal, execution);
    if (this.#running.size === 0) this.#lease?.idle();
  }

  /** Resolves when all that run now are settled. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#running.values(), (execution) => execution.settled));
  }

  /**
   * Nothing is done to a task that another executor runs, as far as is known.
   *
   * @throws {InvalidTransitionError} when its lease is there
   */
  async assertAbandoned({ id, title }: Task, executorId: string): Promise<void> {
    if ((await this.#store?.leases?.get(executorId))?.status !== "active") return;
    throw new InvalidTransitionError(
      `Cannot cancel task "${title}" (${id}) here: executor ${executorId} runs it. Ask that one by store.tasks.requestCancel(id), or recover the store if it is gone`,
    );
  }

  /** The executor runs nothing any more. */
  async end(): Promise<void> {
    await this.#lease?.end();
  }

  /** Has the store know that the executor lives, before it knows of something that it runs. */
  lease(task: Task, waiting: Leasing): void {
    let ready;
    try {
      ready = this.#lease?.ready();
    } catch (thrown) {
      this.#unleased(thrown, task, waiting);
      return;
    }
    if (ready)
      void ready.then(
        () => this.#leased(task, waiting),
        (thrown: unknown) => this.#unleased(thrown, task, waiting),
      );
    else this.#leased(task, waiting);
  }

  #leased(task: Task, waiting: Leasing): void {
    // The executor may have another identity since the task was started.
    if (this.#lease) taskInternals.startAttempt(task, this.attempt());
    waiting.leased();
  }

  #unleased(thrown: unknown, task: Task, waiting: Leasing): void {
    this.persistence.note(thrown);
    if (this.persistence.isStrict) waiting.refused(unsavedError(task, thrown));
    else this.#leased(task, waiting);
  }

  /** Saves a graph, of which somebody must be known to run it. */
  async saveGraph(graph: TaskGraph): Promise<void> {
    try {
      await this.#lease?.ready();
    } catch (thrown) {
      this.persistence.note(thrown);
    }
    const run = graph.runs.at(-1);
    // The executor may have another identity since the run was made.
    if (run?.status === "running" && run.executorId !== undefined) updateRun(run, { executorId: this.id });
    await this.persistence.saveGraph(graph);
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
    let saved;
    try {
      saved = this.persistence.save(task, this.#running.size < 2);
    } catch (thrown) {
      this.#unsaved(thrown, [task, previous, status, at, error, type, delayMs], waiting);
      return;
    }
    if (isThenable(saved)) {
      void this.#announceAfter(saved, waiting, [task, previous, status, at, error, type, delayMs]);
      return;
    }
    if (this.#events.isActive) this.#emit([task, previous, status, at, error, type, delayMs]);
    waiting.announced();
  }

  async #announceAfter(saved: PromiseLike<void>, waiting: Waiting, event: EventParts): Promise<void> {
    try {
      await saved;
    } catch (thrown) {
      this.#unsaved(thrown, event, waiting);
      return;
    }
    this.#emit(event);
    waiting.announced();
  }

  /** Saves the task, and tells nobody but who waits for that. */
  save(task: Task, waiting: Waiting): void {
    void this.#saveAlone(task, waiting);
  }

  async #saveAlone(task: Task, waiting: Waiting): Promise<void> {
    try {
      await this.persistence.save(task, false);
    } catch (thrown) {
      if (this.#isRefused(thrown, task, waiting)) return;
    }
    waiting.announced();
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

  /** See {@link LeaseHost}. */
  cancel({ taskId, attempt }: CancelRequest): void {
    this.#running.get(keyOfId(taskId))?.cancelRequested(attempt);
  }

  /** See {@link LeaseHost}. */
  lost(): void {
    this.executor = newIdentity();
    this.#attempts.clear();
    for (const execution of [...this.#running.values()]) execution.lose(new TaskClaimedError(execution.task));
  }

  /** See {@link LeaseHost}. */
  failed(thrown: unknown): void {
    this.persistence.note(thrown);
  }

  #unsaved(thrown: unknown, event: EventParts, waiting: Waiting): void {
    const [task, previous, status] = event;
    // A start that nobody was told of did not happen.
    const isSilent = this.persistence.isStrict && previous === "pending" && status === "running";
    if (this.#isRefused(thrown, task, waiting, isSilent)) return;
    this.#emit(event);
    waiting.announced();
  }

  /** Takes note of a save that failed; whether who waits for it is not to go on, and was told so. */
  #isRefused(thrown: unknown, task: Task, waiting: Waiting, isSilent = false): boolean {
    const claimed = claimedBy(task, thrown);
    if (!claimed && isSilent) this.persistence.note(thrown);
    else if (!claimed) this.persistence.failed(task, thrown);
    if (!claimed && !this.persistence.isStrict) return false;
    waiting.refused(claimed ?? unsavedError(task, thrown));
    return true;
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
