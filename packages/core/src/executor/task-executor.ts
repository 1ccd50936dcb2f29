import { NoHandlerError, type TaskCancelledError } from "../errors/execution-errors.ts";
import { InvalidTransitionError, TaskHeldError } from "../errors/task-errors.ts";
import { TtasksError } from "../errors/ttasks-error.ts";
import { EventBus } from "../events/event-bus.ts";
import type { OutputChunk } from "../events/output-chunk.ts";
import type { TaskEvent } from "../events/task-event.ts";
import type { Run } from "../graph/run.ts";
import type { GraphRunner, TaskGraph } from "../graph/task-graph.ts";
import { quickStarts, type ExecuteOptions, type TaskStarter } from "../graph/task-runner.ts";
import { HandlerRegistry } from "../handler/handler-registry.ts";
import type { Handler, HandlerMap } from "../handler/handler.ts";
import { checkObject, checkOptions, checkSignal, expected, unchecked, type Checks } from "../internal/check-option.ts";
import type { TaskResult } from "../task/task-result.ts";
import type { TaskTypeName } from "../task/task-type.ts";
import { checkTask, checkTasks } from "../task/check-task.ts";
import { taskInternals, type Task } from "../task/task.ts";
import { cancelledError, conclude, NOTHING, resultOf } from "./ending.ts";
import { Execution } from "./execution.ts";
import { Executions } from "./executions.ts";
import { executorSettings, type ExecutorOptions } from "./executor-options.ts";

const EXECUTE_OPTIONS: Checks<ExecuteOptions> = { upstream: unchecked, signal: checkSignal };

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
  readonly #registry = new HandlerRegistry();
  readonly #executions: Executions;
  /** Cancels of tasks that no handler runs, until they are saved. */
  readonly #idleCancels = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** @throws {TypeError} when an option is unknown or not as expected */
  constructor(options: ExecutorOptions = {}) {
    this.#executions = new Executions(executorSettings(options), this.events, this.output);
    this.use(options.handlers ?? {});
  }

  /** An executor that has no handlers yet. */
  static empty(options: Omit<ExecutorOptions, "handlers"> = {}): TaskExecutor {
    return new TaskExecutor({ ...options, handlers: {} });
  }

  /** What the attempts of tasks know the executor by; it is another one in each process, and after others have taken it for gone. */
  get id(): string {
    return this.#executions.id;
  }

  /** What saves threw: the newest 1,000, oldest first. */
  get persistenceErrors(): readonly Error[] {
    return this.#executions.persistence.errors.items;
  }

  /** How often a save failed. */
  get persistenceErrorCount(): number {
    return this.#executions.persistence.errors.count;
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
   * @throws {TaskHeldError} when it is held; the task stays as it is
   * @throws {TaskClaimedError} when another executor has it: it was quicker, or this one was taken for gone
   * @throws {StoreError} where the executor is strict, when a state of the task cannot be saved
   */
  execute<K extends TaskTypeName, O>(task: Task<K, O>, options: ExecuteOptions = {}): Promise<TaskResult<O>> {
    // What is thrown in here is a rejection.
    return new Promise((resolve, reject) => {
      checkTask("task", task);
      checkOptions("execute", options, EXECUTE_OPTIONS);
      const upstream = checkTasks("upstream", options.upstream ?? []);
      const settled = (_token: number, error: Error | undefined, result: unknown): void => {
        if (error === undefined) resolve(result as TaskResult<O>);
        else reject(error);
      };
      this.#start(task, options.signal, { upstream: () => upstream, settled }, 0);
    });
  }

  /**
   * Cancels a task: stops its handler and what the handler started, or keeps a pending task from ever running.
   *
   * @returns once the task has ended: `true` when this call ended it, `false` when it had ended, or was about to
   * @throws {InvalidTransitionError} when another executor runs it
   * @throws {TaskClaimedError} when nothing runs this object, and the store has a newer state of the task
   */
  async cancel(task: Task): Promise<boolean> {
    checkTask("task", task);
    // Another executor may run it, or this one another object of the same id.
    const run = this.#executions.of(task) ?? taskInternals.runOf(task);
    if (run) {
      const isOurs = run.cancel();
      await run.settled;
      // Somebody else may have the task.
      return isOurs && task.isTerminal;
    }
    if (task.isTerminal) return false;
    const last = task.isRunning ? task.attempts.at(-1) : undefined;
    if (last) {
      await this.#executions.assertAbandoned(task, last.executorId);
      // It may have moved meanwhile.
      if (!task.isRunning || taskInternals.runOf(task)) return this.cancel(task);
    }
    await this.#cancelIdle(task);
    return true;
  }

  /**
   * Keeps a graph, its tasks and its runs in the store; `graph.run` calls it. A failure goes to `persistenceErrors`.
   *
   * @throws {StoreError} where the executor is strict
   */
  async saveGraph(graph: TaskGraph): Promise<void> {
    await this.#executions.saveGraph(graph);
  }

  /** Keeps the record of a run in the store; a graph calls it when a run has ended. A failure goes to `persistenceErrors`. */
  async saveRun(run: Run): Promise<void> {
    await this.#executions.persistence.saveRun(run);
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

  /** Checks everything before anything changes. */
  #start(task: Task, signal: AbortSignal | undefined, starter: TaskStarter, token: number): void {
    if (this.#closed)
      throw new TtasksError("executor_closed", `Cannot execute task "${task.title}": the executor is closed`);
    const handler = this.#registry.get(task.type);
    if (!handler) throw new NoHandlerError(task);
    const status = this.#executions.of(task) ? "running" : task.status;
    if (status !== "pending")
      throw new InvalidTransitionError(`Cannot execute task "${task.title}": it is ${status}, not pending`);
    const { held } = task;
    if (held) throw new TaskHeldError(task, held.reason);
    const { graceMs = 0 } = handler;
    if (!Number.isFinite(graceMs)) throw expected(`graceMs of the handler of ${task.type}`, "a number", graceMs);
    if (signal?.aborted === true) {
      this.#refuse(task, signal, starter, token);
      return;
    }
    const execution = new Execution(task, handler, signal, this.#executions, starter, token);
    this.#executions.add(execution);
    execution.start();
  }

  /** Cancels a task whose caller's signal is aborted already. */
  #refuse(task: Task, signal: AbortSignal, starter: TaskStarter, token: number): void {
    const settled = (error: Error): void => starter.settled(token, error);
    void this.#cancelIdle(task, signal.reason).then(settled, settled);
  }

  async #drain(): Promise<void> {
    // Those that end meanwhile are settled as well.
    await Promise.allSettled([this.#executions.settled(), ...this.#idleCancels]);
    await this.#executions.end();
    await this.#registry.dispose();
  }

  /** Cancels a task that no handler runs. */
  async #cancelIdle(task: Task, cause?: unknown): Promise<TaskCancelledError> {
    const now = this.#executions.clock.now();
    const previous = task.status;
    const error = cancelledError(task, cause);
    const ending = conclude(task, NOTHING, { status: "cancelled", reason: "cancelled", error });
    // One that was read from a store may have an attempt that nobody ends any more.
    const last = task.attempts.at(-1);
    const open = last?.status === "running" ? last : undefined;
    const startedAt = open?.startedAt.getTime() ?? now;
    const latest = open && { executor: { id: open.executorId }, reason: ending.reason };
    taskInternals.end(task, resultOf(ending, startedAt, now, Math.max(0, now - startedAt)), latest);
    const announced = new Promise<TaskCancelledError>((resolve, reject) =>
      this.#executions.announce(task, previous, now, error, { announced: () => resolve(error), refused: reject }),
    );
    this.#idleCancels.add(announced);
    return announced.finally(() => this.#idleCancels.delete(announced));
  }

  static {
    const { execute } = this.prototype as { readonly execute: object };
    quickStarts.set(execute, (runner, ...start) => {
      if (!(#executions in runner)) throw new TypeError("Not a TaskExecutor");
      runner.#start(...start);
    });
  }
}
