import { TaskTimeoutError } from "../errors/execution-errors.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { OutputChunk, OutputStream } from "../events/output-chunk.ts";
import type { TaskStarter } from "../graph/task-runner.ts";
import type { Handler } from "../handler/handler.ts";
import { MAX_TIMER_MS } from "../internal/check-option.ts";
import type { Clock } from "../internal/clock.ts";
import { toError } from "../internal/to-error.ts";
import type { TaskStatus } from "../task/task-status.ts";
import { taskInternals, type Task, type TaskRun } from "../task/task.ts";
import { cancelledError, conclude, NOTHING, resultOf, stopByMove, type Outcome, type Stop } from "./ending.ts";
import { ExecutionContext, type ContextSource } from "./execution-context.ts";
import { LiveOutput } from "./live-output.ts";

/** Waits until a state of a task is saved and told. */
export interface Waiting {
  announced(): void;
}

/** What an execution needs of its executor. */
export interface ExecutionHost {
  readonly clock: Clock;
  readonly output: EventBus<OutputChunk>;
  /** How long a handler that was told to stop may go on, whatever it says itself. */
  readonly abandonAfterMs: number | undefined;
  /** Tells of the state that the task has come to; at once where the store has nothing to wait for. */
  announce(task: Task, previous: TaskStatus, at: number, error: Error | undefined, waiting: Waiting): void;
  /** Called once, when the task is settled: saved, and its events sent. */
  release(execution: Execution): void;
}

/** How long a handler may go on after a stop, beyond its own grace time. */
const ABANDON_MARGIN_MS = 2_000;
const DEFAULT_GRACE_MS = 3_000;

/**
 * One run of one task: calls the handler, tells it to stop, and ends the task. The first ending wins. It only waits where the store
 * or the handler does: a promise less a task is what most of the speed of a graph comes from.
 */
export class Execution implements TaskRun, ContextSource, Waiting {
  readonly task: Task;
  /** What the caller stops the run with. */
  readonly callerSignal: AbortSignal | undefined;
  readonly #handler: Handler;
  readonly #host: ExecutionHost;
  readonly #starter: TaskStarter;
  readonly #token: number;
  readonly #startedAt: number;
  /** When the run started, by the clock that never goes backwards. */
  readonly #started: number;
  #stop: Stop | undefined;
  #isHandlerCalled = false;
  #isEnded = false;
  #error: Error | undefined;
  #output: LiveOutput | undefined;
  #controller: AbortController | undefined;
  /** Calls off the timeout or, once the handler was told to stop, the end of the wait for it. */
  #cancelTimer: (() => void) | undefined;
  #settled: Promise<void> | undefined;
  #markSettled: (() => void) | undefined;

  constructor(
    task: Task,
    handler: Handler,
    callerSignal: AbortSignal | undefined,
    host: ExecutionHost,
    starter: TaskStarter,
    token: number,
  ) {
    this.task = task;
    this.callerSignal = callerSignal;
    this.#handler = handler;
    this.#host = host;
    this.#starter = starter;
    this.#token = token;
    this.#startedAt = host.clock.now();
    this.#started = host.clock.monotonic();
  }

  /** Starts the task, and runs it to its end. */
  start(): void {
    taskInternals.start(this.task, this);
    this.#host.announce(this.task, "pending", this.#startedAt, undefined, this);
  }

  /** Goes on when the state that the task has come to is saved and told. */
  announced(): void {
    if (this.#isEnded) this.#settle();
    else this.#callHandler();
  }

  /** Tells the handler to stop; `false` when the run has ended, or was told to stop before. */
  cancel(cause?: unknown): boolean {
    return this.#requestStop({ status: "cancelled", error: cancelledError(this.task, cause) });
  }

  /** The task was moved from outside: whatever the handler does now, this is its ending. */
  moved(): void {
    if (!this.task.isTerminal) return;
    const stop = stopByMove(this.task);
    if (!this.#requestStop(stop)) this.#stop = stop;
  }

  /** Resolves when the executor is through with the task: saved, events sent. */
  get settled(): Promise<void> {
    return (this.#settled ??= new Promise((resolve) => {
      this.#markSettled = resolve;
    }));
  }

  /** What the handler may read of other tasks. */
  get upstream(): readonly Task[] {
    return this.#starter.upstream(this.#token);
  }

  /** Aborted when the handler is to stop. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#stop) this.#controller.abort(this.#stop.error);
    }
    return this.#controller.signal;
  }

  /** Passes on live output; nothing once the handler has ended. */
  write(chunk: string | Uint8Array, stream: OutputStream): void {
    if (!this.#isEnded) (this.#output ??= new LiveOutput(this.task, this.#host.output)).write(chunk, stream);
  }

  #callHandler(): void {
    // Stopped while its start was saved.
    if (this.#stop) {
      this.#end(NOTHING);
      return;
    }
    this.#isHandlerCalled = true;
    this.#startTimeout();
    try {
      // Called without `this`: a handler is a plain function.
      const handler = this.#handler;
      this.#await(Promise.resolve(handler(new ExecutionContext(this))));
    } catch (threw) {
      void Promise.resolve().then(() => this.#end({ threw }));
    }
  }

  #await(promised: Promise<unknown>): void {
    void promised.then(
      (returned) => this.#end({ returned }),
      (threw: unknown) => this.#end({ threw }),
    );
  }

  #startTimeout(): void {
    const { timeoutMs } = this.task;
    if (timeoutMs === undefined) return;
    this.#cancelTimer = this.#host.clock.setTimer(
      () => this.#requestStop({ status: "failed", error: new TaskTimeoutError(this.task, timeoutMs) }),
      timeoutMs,
    );
  }

  #requestStop(stop: Stop): boolean {
    if (this.#stop || this.#isEnded) return false;
    this.#stop = stop;
    if (this.#isHandlerCalled) {
      this.#cancelTimer?.();
      const { clock, abandonAfterMs = abandonTimeOf(this.#handler) } = this.#host;
      this.#cancelTimer = clock.setTimer(() => this.#end(NOTHING), abandonAfterMs);
    }
    this.#controller?.abort(stop.error);
    return true;
  }

  #end(outcome: Outcome): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#cancelTimer?.();
    this.#output?.close();
    const finishedAt = this.#host.clock.now();
    try {
      this.#conclude(outcome, finishedAt);
    } catch (threw) {
      // What the handler returned or threw cannot be looked at.
      this.#conclude({ threw: toError(threw) }, finishedAt);
    }
    this.#host.announce(this.task, "running", finishedAt, this.#error, this);
  }

  #conclude(outcome: Outcome, finishedAt: number): void {
    const ending = conclude(this.task, outcome, this.#stop);
    const durationMs = this.#host.clock.monotonic() - this.#started;
    const result = resultOf(ending, this.#startedAt, finishedAt, durationMs);
    taskInternals.end(this.task, result);
    this.#error = ending.error;
  }

  #settle(): void {
    taskInternals.release(this.task);
    this.#host.release(this);
    this.#markSettled?.();
    this.#starter.settled(this.#token, this.#error, this.task.result);
  }
}

function abandonTimeOf({ graceMs = DEFAULT_GRACE_MS }: Handler): number {
  return Math.min(graceMs + ABANDON_MARGIN_MS, MAX_TIMER_MS);
}
