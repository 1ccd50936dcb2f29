import { TaskTimeoutError } from "../errors/execution-errors.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { OutputChunk } from "../events/output-chunk.ts";
import type { Handler, HandlerContext } from "../handler/handler.ts";
import type { Clock } from "../internal/clock.ts";
import type { Task, TaskRun } from "../task/task.ts";
import { cancelledError, conclude, NOTHING, stopByMove, type Ending, type Outcome, type Stop } from "./ending.ts";
import { LiveOutput } from "./live-output.ts";

/** What an execution needs of its executor. */
export interface ExecutionSettings {
  readonly clock: Clock;
  readonly output: EventBus<OutputChunk>;
  /** How long a handler that was told to stop may go on. */
  readonly abandonAfterMs: number;
}

/** One run of one task: calls the handler, tells it to stop, and knows how it ended. The first ending wins. */
export class Execution implements TaskRun {
  readonly #task: Task;
  readonly #handler: Handler;
  readonly #upstream: ReadonlyMap<string, Task>;
  readonly #settings: ExecutionSettings;
  readonly #output: LiveOutput;
  #controller: AbortController | undefined;
  #stop: Stop | undefined;
  #outcome: Outcome | undefined;
  #resolve: (() => void) | undefined;
  /** Calls off the timeout or, once the handler was told to stop, the end of the wait for it. */
  #cancelTimer: (() => void) | undefined;
  #settled: Promise<void> | undefined;
  #markSettled: (() => void) | undefined;

  constructor(task: Task, handler: Handler, upstream: ReadonlyMap<string, Task>, settings: ExecutionSettings) {
    this.#task = task;
    this.#handler = handler;
    this.#upstream = upstream;
    this.#settings = settings;
    this.#output = new LiveOutput(task, settings.output);
  }

  /** Runs the handler to its end; only waits where the handler does. */
  async run(): Promise<void> {
    const { timeoutMs } = this.#task;
    if (this.#stop) return;
    if (timeoutMs !== undefined)
      this.#cancelTimer = this.#settings.clock.setTimer(
        () => this.#requestStop({ status: "failed", error: new TaskTimeoutError(this.#task, timeoutMs) }),
        timeoutMs,
      );
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      void this.#callHandler();
    });
  }

  /** Tells the handler to stop; `false` when the run has ended, or was told to stop before. */
  cancel(cause?: unknown): boolean {
    return this.#requestStop({ status: "cancelled", error: cancelledError(this.#task, cause) });
  }

  /** The task was moved from outside: whatever the handler does now, this is its ending. */
  moved(): void {
    if (!this.#task.isTerminal) return;
    const stop = stopByMove(this.#task);
    if (!this.#requestStop(stop)) this.#stop = stop;
  }

  /** How the run ended; to be asked when `run` has resolved. */
  conclude(): Ending {
    return conclude(this.#task, this.#outcome ?? NOTHING, this.#stop);
  }

  /** Resolves when the executor is through with the task: saved, events sent. */
  get settled(): Promise<void> {
    return (this.#settled ??= new Promise((resolve) => {
      this.#markSettled = resolve;
    }));
  }

  /** Called by the executor when it is through with the task. */
  markSettled(): void {
    this.#markSettled?.();
  }

  async #callHandler(): Promise<void> {
    try {
      // Called without `this`: a handler is a plain function.
      const handler = this.#handler;
      this.#end({ returned: await handler(this.#context()) });
    } catch (threw) {
      this.#end({ threw });
    }
  }

  #context(): HandlerContext {
    const readSignal = (): AbortSignal => this.#signal();
    return {
      task: this.#task,
      upstream: this.#upstream,
      get signal() {
        return readSignal();
      },
      output: (chunk, stream = "stdout") => this.#output.write(chunk, stream),
    };
  }

  #signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#stop) this.#controller.abort(this.#stop.error);
    }
    return this.#controller.signal;
  }

  #requestStop(stop: Stop): boolean {
    if (this.#stop || this.#outcome) return false;
    this.#stop = stop;
    if (this.#resolve) {
      const { clock, abandonAfterMs } = this.#settings;
      this.#cancelTimer?.();
      this.#cancelTimer = clock.setTimer(() => this.#end(NOTHING), abandonAfterMs);
    }
    this.#controller?.abort(stop.error);
    return true;
  }

  #end(outcome: Outcome): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.#cancelTimer?.();
    this.#output.close();
    this.#resolve?.();
  }
}
