import type { TaskStatus } from "@ttasks/core";

/** How long an executor waits for a handler that was told to stop. */
export const ABANDON_AFTER_MS = 5_000;

/** What the model says about a call: the code or name of the error that it throws, or `"ok"`. */
export type Verdict = string;

export interface ModelResult {
  readonly status: TaskStatus;
  readonly output: unknown;
  readonly startedAt: number;
  readonly finishedAt: number;
}

interface Stop {
  status: TaskStatus;
  code: string;
}

interface Run {
  readonly startedAt: number;
  readonly timeoutAt: number;
  readonly obeys: boolean;
  stop: Stop | undefined;
  abandonAt: number;
}

const MOVES: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ["running", "cancelled"],
  running: ["done", "failed", "cancelled"],
  done: [],
  failed: [],
  cancelled: [],
};
const EVENTS: Readonly<Record<string, string>> = { done: "succeeded", failed: "failed", cancelled: "cancelled" };
const CODES: Readonly<Record<string, string>> = { done: "ok", failed: "execution_failed", cancelled: "cancelled" };

/** A task and the executor that runs it, as simple as the rules allow: plain fields, and time as a number. */
export class TaskModel {
  status: TaskStatus = "pending";
  title: string;
  timeoutMs: number | undefined;
  result: ModelResult | undefined;
  run: Run | undefined;
  nowMs = 0;
  /** `type:previous->status` of each event. */
  readonly events: string[] = [];
  /** How each call of `execute` ended, by its number; absent while it has not. */
  readonly executions = new Map<number, Verdict>();
  #current = -1;

  constructor(title: string, timeoutMs: number | undefined) {
    this.title = title;
    this.timeoutMs = timeoutMs;
  }

  get isTerminal(): boolean {
    return MOVES[this.status].length === 0;
  }

  execute(call: number, obeys: boolean, isAborted: boolean): void {
    if (this.status !== "pending" || this.run) {
      this.executions.set(call, "invalid_transition");
    } else if (isAborted) {
      this.#cancelIdle();
      this.executions.set(call, "cancelled");
    } else {
      this.status = "running";
      this.events.push("started:pending->running");
      this.#current = call;
      const timeoutAt = this.nowMs + (this.timeoutMs ?? Infinity);
      this.run = { startedAt: this.nowMs, timeoutAt, obeys, stop: undefined, abandonAt: Infinity };
    }
  }

  /** The handler returns or throws; after a stop, only its output counts. */
  handlerEnds(status: "done" | "failed" | "cancelled", output: unknown): void {
    if (this.run) this.#settle(this.run.stop ?? { status, code: CODES[status]! }, output);
  }

  cancelByExecutor(): boolean {
    if (this.run) return this.#requestStop({ status: "cancelled", code: "cancelled" });
    if (this.isTerminal) return false;
    this.#cancelIdle();
    return true;
  }

  abort(call: number): void {
    if (this.run && this.#current === call) this.#requestStop({ status: "cancelled", code: "cancelled" });
  }

  move(status: TaskStatus): Verdict {
    if (!MOVES[this.status].includes(status)) return "invalid_transition";
    this.status = status;
    const { run } = this;
    if (run && this.isTerminal) {
      const stop = { status, code: CODES[status]! };
      if (!this.#requestStop(stop)) run.stop = stop;
    }
    return "ok";
  }

  assign(isValid: boolean, change: () => void): Verdict {
    if (this.status === "done") return "task_frozen";
    if (!isValid) return "TypeError";
    change();
    return "ok";
  }

  advance(ms: number): void {
    const end = this.nowMs + ms;
    if (this.run && !this.run.stop && this.run.timeoutAt <= end) {
      this.nowMs = this.run.timeoutAt;
      this.#requestStop({ status: "failed", code: "timeout" });
    }
    if (this.run && this.run.abandonAt <= end) {
      this.nowMs = this.run.abandonAt;
      this.#settle(this.run.stop!, undefined);
    }
    this.nowMs = end;
  }

  #requestStop(stop: Stop): boolean {
    const { run } = this;
    if (!run || run.stop) return false;
    run.stop = stop;
    run.abandonAt = this.nowMs + ABANDON_AFTER_MS;
    if (run.obeys) this.#settle(stop, undefined);
    return true;
  }

  #settle(ending: Stop, output: unknown): void {
    this.status = ending.status;
    this.result = { status: ending.status, output, startedAt: this.run!.startedAt, finishedAt: this.nowMs };
    this.events.push(`${EVENTS[ending.status]!}:running->${ending.status}`);
    this.executions.set(this.#current, ending.code);
    this.run = undefined;
  }

  #cancelIdle(): void {
    this.events.push(`cancelled:${this.status}->cancelled`);
    this.status = "cancelled";
    this.result = { status: "cancelled", output: undefined, startedAt: this.nowMs, finishedAt: this.nowMs };
  }
}
