import { TaskTimeoutError } from "../errors/execution-errors.ts";
import type { TtasksError } from "../errors/ttasks-error.ts";
import type { OutputStream } from "../events/output-chunk.ts";
import type { TaskStarter } from "../graph/task-runner.ts";
import { abandonTimeOf, type Handler } from "../handler/handler.ts";
import { toError } from "../internal/to-error.ts";
import { endedAttempt, MAX_ATTEMPTS, type AttemptProcess } from "../task/task-attempt.ts";
import type { TaskResult } from "../task/task-result.ts";
import type { TaskRun } from "../task/task-internals.ts";
import { storedState } from "../task/stored-object.ts";
import { taskInternals, type Task } from "../task/task.ts";
import {
  cancelledError,
  conclude,
  isWorthRetry,
  NOTHING,
  resultOf,
  stopByMove,
  type Ending,
  type Outcome,
  type Stop,
} from "./ending.ts";
import { ExecutionContext, type ContextSource } from "./execution-context.ts";
import type { ExecutionHost, Leasing, Waiting } from "./execution-host.ts";
import { LiveOutput } from "./live-output.ts";
import { Retries } from "./retries.ts";

interface Ended {
  readonly ending: Ending;
  readonly result: TaskResult;
}

/**
 * Where a run stands: the store hears of the executor, a start is saved, a handler runs, the next attempt is waited for, the end is saved,
 * or all is done.
 */
type Phase = "leasing" | "starting" | "handling" | "waiting" | "ended" | "settled";

/**
 * One run of one task: calls the handler, tells it to stop, tries again, and ends the task. The first ending wins. It only waits where
 * the store or the handler does: a promise less a task is what most of the speed of a graph comes from.
 */
export class Execution implements TaskRun, ContextSource, Waiting, Leasing {
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
  #phase: Phase = "leasing";
  /** Whether anybody but the executor knows of the run. */
  #isTold = false;
  #stop: Stop | undefined;
  /** Somebody else has the task. */
  #lost: TtasksError | undefined;
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
    this.#host.lease(this.task, this);
  }

  /** Goes on when the store knows of the executor. */
  leased(): void {
    this.#phase = "starting";
    this.#host.announce(this.task, "pending", this.#startedAt, undefined, this);
  }

  /** Goes on when the state that the task has come to is saved and told. */
  announced(): void {
    this.#isTold = true;
    if (this.#phase === "ended") this.#settle(this.#error);
    // Stopped while that was saved.
    else if (this.#stop) this.#end(NOTHING);
    else if (this.#phase === "waiting") this.#awaitRetry(this.#retries?.delayMs ?? 0);
    else this.#callHandler();
  }

  /** Goes on when the state that the task has come to is not stored. */
  refused(error: TtasksError): void {
    if (this.#phase === "ended" || !this.#isTold) {
      this.#retries?.cancelDeadline?.();
      this.#settle(error);
      return;
    }
    if (error.code === "task_claimed") this.lose(error);
    // What has come of the last attempt is what comes of the task.
    else this.#tryNoMore();
    this.#phase = "waiting";
    this.#end(NOTHING);
  }

  /** Somebody else has the task: the handler is stopped, and whatever comes of it is not stored. */
  lose(error: TtasksError): void {
    // An end, or a start, that is on its way to the store is refused there, if it is.
    if (this.#phase === "leasing" || this.#phase === "ended" || this.#phase === "settled") return;
    this.#lost = error;
    this.#requestStop({ status: "cancelled", reason: "claimed", error });
  }

  get #isOver(): boolean {
    return this.#phase === "ended" || this.#phase === "settled";
  }

  /** Another process asks for a cancel while this attempt went on. */
  cancelRequested(attempt: number): void {
    const first = (this.task.attempts.at(-1)?.number ?? 1) - (this.#retries?.tries ?? 0);
    // It may have been meant for a run of this executor that has ended.
    if (attempt >= first) this.cancel();
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

  /** Notes the process group that the handler has started. */
  noteProcess(process: AttemptProcess): void {
    if (this.#phase !== "handling") return;
    taskInternals.noteProcess(this.task, process);
    const refused = (error: TtasksError): void => {
      if (error.code === "task_claimed") this.lose(error);
    };
    this.#host.save(this.task, { announced: () => undefined, refused });
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
    const retries = this.#tracked();
    retries.deadline = this.#started + deadlineMs;
    retries.cancelDeadline = this.#host.clock.setTimer(() => {
      const error = new TaskTimeoutError(this.task, deadlineMs, { isDeadline: true });
      this.#requestStop({ status: "failed", reason: "deadline", error });
    }, deadlineMs);
  }

  #tracked(): Retries {
    return (this.#retries ??= new Retries(taskInternals.triesOf(this.task)));
  }

  #tryNoMore(): void {
    this.#tracked().isLast = true;
  }

  #requestStop(stop: Stop): boolean {
    if (this.#isOver) return false;
    if (this.#stop) {
      // The first one wins, but the task is not tried again.
      this.#tryNoMore();
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
    if (this.#lost) {
      // It is not to be stored with its graph either.
      storedState(this.task).isChanged = false;
      this.#settle(this.#lost);
      return;
    }
    this.#host.announce(this.task, "running", finishedAt, this.#error, this);
  }

  /** Has the task wait for its next attempt, where there is to be one. */
  #retry(outcome: Outcome, { ending, result }: Ended, finishedAt: number): boolean {
    const policy = this.task.retry ?? this.#host.retry;
    if (!policy || !isWorthRetry(ending)) return false;
    const attempt = endedAttempt(this.task.attempts.at(-1)?.number ?? 1, result, this.#host.attempt(ending.reason));
    const retries = this.#tracked();
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
    taskInternals.endAttempt(this.task, attempt, retries.tries, {
      ...this.#host.attempt(),
      retryAt: finishedAt + retries.delayMs,
    });
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

  #settle(error: Error | undefined): void {
    this.#phase = "settled";
    taskInternals.release(this.task, this.#isTold);
    this.#host.release(this);
    this.#markSettled?.();
    this.#starter.settled(this.#token, error, this.task.result);
  }
}
