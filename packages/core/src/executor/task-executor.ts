import { NoHandlerError, type TaskCancelledError } from "../errors/execution-errors.ts";
import { InvalidTransitionError } from "../errors/task-errors.ts";
import { TtasksError } from "../errors/ttasks-error.ts";
import { EventBus } from "../events/event-bus.ts";
import type { OutputChunk } from "../events/output-chunk.ts";
import { TaskEventType, type TaskEvent } from "../events/task-event.ts";
import type { GraphRunner, TaskGraph } from "../graph/task-graph.ts";
import type { ExecuteOptions } from "../graph/task-runner.ts";
import { HandlerRegistry } from "../handler/handler-registry.ts";
import type { HandlerOutputFields } from "../handler/handler-output.ts";
import type { Handler, HandlerMap } from "../handler/handler.ts";
import {
  checkNumber,
  checkObject,
  checkOptions,
  checkSignal,
  MAX_TIMER_MS,
  unchecked,
  type Checks,
} from "../internal/check-option.ts";
import { TaskResult } from "../task/task-result.ts";
import type { TaskStatus } from "../task/task-status.ts";
import type { TaskTypeName } from "../task/task-type.ts";
import { checkTask, taskInternals, tasksById, type Task } from "../task/task.ts";
import { AbortWatch } from "./abort-watch.ts";
import { cancelledError, conclude, NOTHING, type Ending } from "./ending.ts";
import { Execution } from "./execution.ts";
import { executorSettings, type ExecutorOptions, type ExecutorSettings } from "./executor-options.ts";
import { Persistence } from "./persistence.ts";

/** How long a handler may go on after a stop, beyond its own grace time. */
const ABANDON_MARGIN_MS = 2_000;
const DEFAULT_GRACE_MS = 3_000;

const EXECUTE_OPTIONS: Checks<ExecuteOptions> = { upstream: unchecked, signal: checkSignal };

const EVENT_OF_STATUS = {
  running: TaskEventType.STARTED,
  done: TaskEventType.SUCCEEDED,
  failed: TaskEventType.FAILED,
  cancelled: TaskEventType.CANCELLED,
} as const;

/**
 * Runs tasks through the handlers of their types. At every transition the task's state changes first, then the store has it, then
 * subscribers hear of it.
 *
 * @example
 * ```ts
 * import { Task, TaskExecutor } from "@ttasks/core";
 *
 * const executor = new TaskExecutor({ handlers: { greet: ({ task }) => `Hello ${String(task.payload)}` } });
 * const result = await executor.execute(new Task({ type: "greet", payload: "world" }));
 * console.log(result.output); // Hello world
 * ```
 */
export class TaskExecutor implements GraphRunner, AsyncDisposable {
  /** What happens to tasks. */
  readonly events = new EventBus<TaskEvent>();
  /** What tasks print, while they run. */
  readonly output = new EventBus<OutputChunk>();
  readonly #settings: ExecutorSettings;
  readonly #registry = new HandlerRegistry();
  readonly #persistence: Persistence;
  readonly #executions = new Map<string, Execution>();
  readonly #aborts = new AbortWatch();
  /** Cancels of tasks that no handler runs, until they are saved. */
  readonly #idleCancels = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** @throws {TypeError} when an option is unknown or not as expected */
  constructor(options: ExecutorOptions = {}) {
    this.#settings = executorSettings(options);
    this.#persistence = new Persistence(this.#settings.store, (task, error) =>
      this.#emit(TaskEventType.PERSISTENCE_FAILED, task, task.status, task.status, error),
    );
    this.use(options.handlers ?? {});
  }

  /** An executor that has no handlers yet. */
  static empty(options: Omit<ExecutorOptions, "handlers"> = {}): TaskExecutor {
    return new TaskExecutor({ ...options, handlers: {} });
  }

  /** What saves threw: the newest 1,000, oldest first. */
  get persistenceErrors(): readonly Error[] {
    return this.#persistence.errors.items;
  }

  /** How often a save failed. */
  get persistenceErrorCount(): number {
    return this.#persistence.errors.count;
  }

  /**
   * Makes a handler the one for a type of task; it replaces the one before.
   *
   * @throws {TypeError} when the type is not a non-empty string or the handler is not a function
   */
  register<K extends TaskTypeName>(type: K, handler: Handler<K>): this {
    this.#registry.add([[type, handler]]);
    return this;
  }

  /**
   * Registers several handlers, as the functions of handler packages return them.
   *
   * @throws {TypeError} when one of them is not a function; none is registered then
   */
  use(handlers: HandlerMap): this {
    checkObject("handlers", handlers);
    this.#registry.add(Object.entries(handlers).filter((entry): entry is [string, Handler] => entry[1] !== undefined));
    return this;
  }

  /**
   * Runs a pending task to its end.
   *
   * @returns the task's result, the very object at `task.result`
   * @throws {TaskExecutionError} when the handler failed; `task.result` is attached by then, as for every ending
   * @throws {TaskTimeoutError} when it ran longer than its `timeoutMs`
   * @throws {TaskCancelledError} when it was cancelled
   * @throws {NoHandlerError} when no handler is registered for its type; the task stays as it is
   * @throws {InvalidTransitionError} when it is not pending; the task stays as it is
   */
  async execute<K extends TaskTypeName, O>(task: Task<K, O>, options: ExecuteOptions = {}): Promise<TaskResult<O>> {
    const execution = this.#prepare(task, options);
    const { signal } = options;
    if (signal?.aborted === true) throw await this.#cancelIdle(task, signal.reason);
    if (signal) this.#aborts.add(signal, execution);
    taskInternals.start(task, execution);
    this.#executions.set(task.id, execution);
    try {
      return await this.#run(task, execution);
    } finally {
      taskInternals.release(task);
      this.#executions.delete(task.id);
      if (signal) this.#aborts.delete(signal, execution);
      execution.markSettled();
    }
  }

  /**
   * Cancels a task: stops its handler and what the handler started, or keeps a pending task from ever running.
   *
   * @returns once the task has ended: `true` when this call ended it, `false` when it had ended, or was about to
   */
  async cancel(task: Task): Promise<boolean> {
    checkTask("task", task);
    // Another executor may run it, or this one another object of the same id.
    const run = this.#executions.get(task.id) ?? taskInternals.runOf(task);
    if (run) {
      const isOurs = run.cancel();
      await run.settled;
      return isOurs;
    }
    if (task.isTerminal) return false;
    await this.#cancelIdle(task);
    return true;
  }

  /** Keeps a graph and its tasks in the store; `graph.run` calls it. A failure goes to `persistenceErrors`. */
  async saveGraph(graph: TaskGraph): Promise<void> {
    await this.#persistence.saveGraph(graph);
  }

  /**
   * Takes no more tasks, waits until those that run have ended, then frees what the handlers hold. The store stays open.
   *
   * @throws what a handler's disposal threw
   */
  close(): Promise<void> {
    return (this.#closed ??= this.#drain());
  }

  /** As {@link TaskExecutor.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run<O>(task: Task, execution: Execution): Promise<TaskResult<O>> {
    const { clock } = this.#settings;
    const startedAt = clock.now();
    const started = clock.monotonic();
    await this.#announce(task, "pending");
    await execution.run();
    const ending = execution.conclude();
    const result = resultOf<O>(ending, startedAt, clock.now(), clock.monotonic() - started);
    taskInternals.end<TaskTypeName, unknown>(task, result);
    await this.#announce(task, "running", ending.error);
    if (ending.error) throw ending.error;
    return result;
  }

  /** Checks everything before anything changes. */
  #prepare(task: Task, options: ExecuteOptions): Execution {
    checkTask("task", task);
    checkOptions("execute", options, EXECUTE_OPTIONS);
    const upstream = tasksById("upstream", options.upstream);
    if (this.#closed)
      throw new TtasksError("executor_closed", `Cannot execute task "${task.title}": the executor is closed`);
    const handler = this.#registry.get(task.type);
    if (!handler) throw new NoHandlerError(task);
    const status = this.#executions.has(task.id) ? "running" : task.status;
    if (status !== "pending")
      throw new InvalidTransitionError(`Cannot execute task "${task.title}": it is ${status}, not pending`);
    const { graceMs = DEFAULT_GRACE_MS } = handler;
    checkNumber(`graceMs of the handler of ${task.type}`, graceMs);
    const { clock, abandonAfterMs = Math.min(graceMs + ABANDON_MARGIN_MS, MAX_TIMER_MS) } = this.#settings;
    return new Execution(task, handler, upstream, { clock, abandonAfterMs, output: this.output });
  }

  async #drain(): Promise<void> {
    // Those that end meanwhile are settled as well.
    await Promise.all([...[...this.#executions.values()].map(({ settled }) => settled), ...this.#idleCancels]);
    await this.#registry.dispose();
  }

  /** Cancels a task that no handler runs. */
  async #cancelIdle(task: Task, cause?: unknown): Promise<TaskCancelledError> {
    const now = this.#settings.clock.now();
    const previous = task.status;
    const error = cancelledError(task, cause);
    const ending = conclude(task, NOTHING, { status: "cancelled", error });
    taskInternals.end(task, resultOf(ending, now, now, 0));
    const announced = this.#announce(task, previous, error);
    this.#idleCancels.add(announced);
    await announced;
    this.#idleCancels.delete(announced);
    return error;
  }

  /** Tells of the state that the task has come to: the store first, then the subscribers. */
  async #announce(task: Task, previous: TaskStatus, error?: Error): Promise<void> {
    // Somebody may move it while it is saved.
    const { status } = task;
    await this.#persistence.save(task, this.#executions.size < 2);
    this.#emit(EVENT_OF_STATUS[status as Exclude<TaskStatus, "pending">], task, previous, status, error);
  }

  #emit(type: TaskEventType, task: Task, previousStatus: TaskStatus, status: TaskStatus, error?: Error): void {
    if (!this.events.isActive) return;
    const timestamp = new Date(this.#settings.clock.now());
    this.events.emit({ type, taskId: task.id, task, previousStatus, status, timestamp, error });
  }
}

function resultOf<O>(
  { status, message, output }: Ending,
  startedAt: number,
  finishedAt: number,
  durationMs: number,
): TaskResult<O> {
  const shown = output as HandlerOutputFields<O>;
  return new TaskResult<O>({ status, startedAt, finishedAt, durationMs, error: message }, shown);
}
