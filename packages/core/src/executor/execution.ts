import { TaskTimeoutError } from "../errors/execution-errors.ts";
import type { TtasksError } from "../errors/ttasks-error.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { OutputChunk, OutputStream } from "../events/output-chunk.ts";
import type { TaskStarter } from "../graph/task-runner.ts";
import type { Handler } from "../handler/handler.ts";
import { MAX_TIMER_MS } from "../internal/check-option.ts";
import type { Clock } from "../internal/clock.ts";
import { toError } from "../internal/to-error.ts";
import type { LogWriter } from "../store/log.ts";
import type { RetryPolicy } from "../task/retry-policy.ts";
import { endedAttempt, MAX_ATTEMPTS, type AttemptReason, type LatestAttempt } from "../task/task-attempt.ts";
import type { TaskResult } from "../task/task-result.ts";
import type { TaskStatus } from "../task/task-status.ts";
import { taskInternals, type Task, type TaskRun } from "../task/task.ts";
import {
  cancelledError,
  conclude,
  NOTHING,
  resultOf,
  stopByMove,
  type Ending,
  type Outcome,
  type Stop,
} from "./ending.ts";
import { ExecutionContext, type ContextSource } from "./execution-context.ts";
import { LiveOutput } from "./live-output.ts";
import { Retries } from "./retries.ts";

/** Waits until a state of a task is saved and told. */
export interface Waiting {
  announced(): void;
}

/** What an execution needs of its executor. */
export interface ExecutionHost {
  readonly clock: Clock;
  readonly output: EventBus<OutputChunk>;
  /** Who keeps what tasks print; absent where nobody does. */
  readonly logs: LogWriter | undefined;
  /** How long a handler that was told to stop may go on, whatever it says itself. */
  readonly abandonAfterMs: number | undefined;
  /** What is tried again where a task does not say. */
  readonly retry: RetryPolicy | undefined;
  /** What tasks note of an attempt by this executor. */
  attempt(reason?: AttemptReason): LatestAttempt;
  /**
   * Tells of the state that the task has come to; at once where the store has nothing to wait for.
   *
   * @param delayMs - the task has not come to another state: its attempt failed, and the next one starts after this time
   */
  announce(
    task: Task,
    previous: TaskStatus,
    at: number,
    error: Error | undefined,
    waiting: Waiting,
    delayMs?: number,
  ): void;
  /** Saves the task, and tells nobody else. */
  save(task: Task, waiting: Waiting): void;
  /** Takes note of what a function threw that was to say whether a task is tried again. */
  retryFailed(thrown: unknown): void;
  /** Called once, when the task is settled: saved, and its events sent. */
  release(execution: Execution): void;
}

interface Ended {
  readonly ending: Ending;
  readonly result: TaskResult;
}

/** How long a handler may go on after a stop, beyond its own grace time. */
const ABANDON_MARGIN_MS = 2_000;
const DEFAULT_GRACE_MS = 3_000;

/** Where a run stands: a start is saved, a handler runs, the next attempt is waited for, the end is saved, or all is done. */
type Phase = "starting" | "handling" | "waiting" | "ended" | "settled";

/**
 * One run of one task: calls the handler, tells it to stop, tries again, and ends the task. The first ending wins. It only waits where
 * the store or the handler does: a promise less a task is what most of the speed of a graph comes from.
 */
export class Execution implements TaskRun, ContextSource, Waiting {
  readonly task: Task;
  /** What the caller stops the run with. */
  readonly callerSignal: AbortSignal | undefined;
  readonly #handler: Handler;
  readonly #host: ExecutionHost;
  readonly #starter: TaskStarter;
  readonly #token: number;
  /** When the attempt started, by the wall clock and by the one that never goes backwards. */
  #startedAt: number;
  #started: number;
  #phase: Phase = "starting";
  #stop: Stop | undefined;
  /** The handler has ended; what is called on the way to the next state may still stop the run. */
  #isEnding = false;
  #error: Error | undefined;
  #context: ExecutionContext | undefined;
  #output: LiveOutput | undefined;
  #controller: AbortController | undefined;
  /** Calls off the timeout, the end of the wait for a handler that was told to stop, or the next attempt. */
  #cancelTimer: (() => void) | undefined;
  #retries: Retries | undefined;
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

  /** When the attempt has started. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** Starts the task, and runs it to its end. */
  start(): void {
    taskInternals.start(this.task, this, this.#host.attempt());
    if (this.task.deadlineMs !== undefined) this.#startDeadline(this.task.deadlineMs);
    this.#host.announce(this.task, "pending", this.#startedAt, undefined, this);
  }

  /** Goes on when the state that the task has come to is saved and told. */
  announced(): void {
    if (this.#phase === "ended") this.#settle();
    // Stopped while that was saved.
    else if (this.#stop) this.#end(NOTHING);
    else if (this.#phase === "waiting") this.#awaitRetry(this.#retries?.delayMs ?? 0);
    else this.#callHandler();
  }

  /** Tells the handler to stop; `false` when the run has ended, or was told to stop before. */
  cancel(cause?: unknown): boolean {
    return this.#requestStop({ status: "cancelled", reason: "cancelled", error: cancelledError(this.task, cause) });
  }

  /** The task was moved from outside: whatever the handler does now, this is its ending. */
  moved(): void {
    if (!this.task.isTerminal) return;
    const stop = stopByMove(this.task);
    if (!this.#requestStop(stop)) this.#stop = stop;
  }

  /** Resolves when the executor is through with the task: saved, events sent. */
  get settled(): Promise<void> {
    if (this.#phase === "settled") return Promise.resolve();
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
    if (this.#phase !== "handling") return;
    (this.#output ??= this.#openOutput()).write(chunk, stream);
  }

  #openOutput(): LiveOutput {
    const { output, logs } = this.#host;
    return new LiveOutput(this.task, this.task.attempts.at(-1)?.number ?? 1, output, logs);
  }

  #callHandler(): void {
    this.#phase = "handling";
    // Whether it prints or not: the log of the attempt that is forgotten for this one goes.
    if (this.#host.logs && taskInternals.pastAttempts(this.task) >= MAX_ATTEMPTS - 1) this.#output = this.#openOutput();
    this.#startTimeout();
    const context = new ExecutionContext(this);
    this.#context = context;
    try {
      // Called without `this`: a handler is a plain function.
      const handler = this.#handler;
      this.#await(Promise.resolve(handler(context)), context);
    } catch (threw) {
      void Promise.resolve().then(() => this.#handled({ threw }, context));
    }
  }

  #await(promised: Promise<unknown>, context: ExecutionContext): void {
    void promised.then(
      (returned) => this.#handled({ returned }, context),
      (threw: unknown) => this.#handled({ threw }, context),
    );
  }

  /** The handler of an attempt that was given up is not listened to, and that may be an earlier one. */
  #handled(outcome: Outcome, context: ExecutionContext): void {
    if (this.#phase === "handling" && this.#context === context) this.#end(outcome);
  }

  #startTimeout(): void {
    const { timeoutMs } = this.task;
    if (timeoutMs === undefined) return;
    const error = (): TaskTimeoutError => new TaskTimeoutError(this.task, timeoutMs);
    this.#cancelTimer = this.#host.clock.setTimer(
      () => this.#requestStop({ status: "failed", reason: "timeout", error: error() }),
      timeoutMs,
    );
  }

  #startDeadline(deadlineMs: number): void {
    const retries = (this.#retries ??= new Retries());
    retries.deadline = this.#started + deadlineMs;
    retries.cancelDeadline = this.#host.clock.setTimer(() => {
      const error = new TaskTimeoutError(this.task, deadlineMs, { isDeadline: true });
      this.#requestStop({ status: "failed", reason: "deadline", error });
    }, deadlineMs);
  }

  #requestStop(stop: Stop): boolean {
    if (this.#phase === "ended" || this.#phase === "settled") return false;
    if (this.#stop) {
      // The first one wins, but the task is not tried again.
      (this.#retries ??= new Retries()).isLast = true;
      return false;
    }
    this.#stop = stop;
    const { clock, abandonAfterMs = abandonTimeOf(this.#handler) } = this.#host;
    if (this.#phase === "handling" && !this.#isEnding) {
      this.#cancelTimer?.();
      this.#cancelTimer = clock.setTimer(() => this.#end(NOTHING), abandonAfterMs);
    }
    this.#controller?.abort(stop.error);
    // Without a timer, that it waits is still being saved.
    if (this.#phase === "waiting" && this.#cancelTimer) this.#end(NOTHING);
    return true;
  }

  #end(outcome: Outcome): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#isEnding = true;
    this.#output?.close();
    const finishedAt = this.#host.clock.now();
    if (this.#phase === "waiting" && this.#retries) outcome = this.#retries.lastOutcome;
    const ended = this.#conclude(outcome, finishedAt);
    const stop = this.#stop;
    if (this.#retry(outcome, ended, finishedAt)) return;
    // Whether to try again was asked of somebody who has stopped the run.
    this.#finish(this.#stop === stop ? ended : this.#conclude(outcome, finishedAt), finishedAt);
  }

  #conclude(outcome: Outcome, finishedAt: number): Ended {
    try {
      return this.#endedBy(outcome, finishedAt);
    } catch (threw) {
      // What the handler returned or threw cannot be looked at.
      return this.#endedBy({ threw: toError(threw) }, finishedAt);
    }
  }

  #endedBy(outcome: Outcome, finishedAt: number): Ended {
    const ending = conclude(this.task, outcome, this.#stop);
    // Whole microseconds: more is noise that takes room in a ledger.
    const durationMs = Math.round((this.#host.clock.monotonic() - this.#started) * 1_000) / 1_000;
    return { ending, result: resultOf(ending, this.#startedAt, finishedAt, durationMs) };
  }

  #finish({ ending, result }: Ended, finishedAt: number): void {
    // Between two attempts there is none that could have ended.
    const latest = this.#phase === "waiting" ? undefined : this.#host.attempt(ending.reason);
    this.#phase = "ended";
    this.#error = ending.error;
    this.#retries?.cancelDeadline?.();
    taskInternals.end(this.task, result, latest);
    this.#host.announce(this.task, "running", finishedAt, this.#error, this);
  }

  /** Has the task wait for its next attempt, where there is to be one. */
  #retry(outcome: Outcome, { ending, result }: Ended, finishedAt: number): boolean {
    const policy = this.task.retry ?? this.#host.retry;
    if (!policy || !isWorthRetry(ending)) return false;
    const attempt = endedAttempt(this.task.attempts.at(-1)?.number ?? 1, result, this.#host.attempt(ending.reason));
    const retries = (this.#retries ??= new Retries());
    const stop = this.#stop;
    try {
      // Functions are not stored.
      const retryIf = policy.retryIf ?? this.#host.retry?.retryIf;
      if (!retries.isNext({ ...policy, retryIf }, ending.error, attempt, this.#host.clock.monotonic())) return false;
    } catch (thrown) {
      this.#host.retryFailed(thrown);
      return false;
    }
    if (this.#stop !== stop) return false;
    retries.lastOutcome = outcome;
    this.#isEnding = false;
    this.#phase = "waiting";
    taskInternals.endAttempt(this.task, attempt, { ...this.#host.attempt(), retryAt: finishedAt + retries.delayMs });
    this.#leaveAttempt();
    this.#host.announce(this.task, "running", finishedAt, ending.error, this, retries.delayMs);
    return true;
  }

  /** What the handler of the attempt still does has nothing to do with the next one. */
  #leaveAttempt(): void {
    this.#context?.detach(this);
    this.#context = undefined;
    this.#controller = undefined;
    this.#output = undefined;
    this.#stop = undefined;
  }

  #awaitRetry(delayMs: number): void {
    this.#cancelTimer = this.#host.clock.setTimer(() => {
      this.#cancelTimer = undefined;
      this.#phase = "starting";
      this.#startedAt = this.#host.clock.now();
      this.#started = this.#host.clock.monotonic();
      taskInternals.startAttempt(this.task, this.#host.attempt());
      this.#host.save(this.task, this);
    }, delayMs);
  }

  #settle(): void {
    this.#phase = "settled";
    taskInternals.release(this.task);
    this.#host.release(this);
    this.#markSettled?.();
    this.#starter.settled(this.#token, this.#error, this.task.result);
  }
}

/** A task that was cancelled or moved is not tried again, and there is no time left after the deadline. */
function isWorthRetry(ending: Ending): ending is Ending & { readonly error: TtasksError } {
  return ending.status === "failed" && (ending.reason === "threw" || ending.reason === "timeout");
}

function abandonTimeOf({ graceMs = DEFAULT_GRACE_MS }: Handler): number {
  return Math.min(graceMs + ABANDON_MARGIN_MS, MAX_TIMER_MS);
}
