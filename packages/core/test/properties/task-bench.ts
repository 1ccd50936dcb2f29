import { DocumentStore, Task, TaskCancelledError, TaskExecutor, type Handler, type TaskStatus } from "@ttasks/core";
import { MapDriver, settle, VirtualClock } from "@ttasks/testkit";
import { ABANDON_AFTER_MS, TaskModel, type Verdict } from "./task-model.ts";

/** One thing that happens to a task; `number` decides the rest. */
export interface Command {
  readonly name: (typeof COMMANDS)[number];
  readonly number: number;
}

export const COMMANDS = [
  "execute",
  "handler returns",
  "handler throws",
  "handler cancels itself",
  "executor.cancel",
  "task.cancel",
  "task.transitionTo",
  "abort",
  "advance",
  "assign title",
  "assign payload",
  "assign timeoutMs",
  "assign metadata",
] as const;

const STATUSES = ["pending", "running", "done", "failed", "cancelled"] as const;
const AGE: Readonly<Record<TaskStatus, number>> = { pending: 0, running: 1, done: 2, failed: 2, cancelled: 2 };
const STARTED_AT = Date.UTC(2030, 0, 1);

interface Call {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A real task behind a real executor and store, next to its model: every command goes to both. */
export class TaskBench {
  readonly clock = new VirtualClock(STARTED_AT);
  readonly store = new DocumentStore(new MapDriver(), { clock: this.clock });
  readonly task: Task;
  readonly model: TaskModel;
  readonly #executor: TaskExecutor;
  readonly #events: string[] = [];
  readonly #staleReads: string[] = [];
  readonly #executions = new Map<number, Verdict>();
  readonly #results: (() => boolean)[] = [];
  #controllers: AbortController[] = [];
  #handlerCall: Call | undefined;
  #obeys = true;

  constructor(timeoutMs: number | undefined) {
    this.task = new Task({ type: "model", payload: 0, title: "task", timeoutMs });
    this.model = new TaskModel("task", timeoutMs);
    this.#executor = new TaskExecutor({ store: this.store, clock: this.clock, abandonAfterMs: ABANDON_AFTER_MS });
    this.#executor.register("model", this.#handler);
    this.#executor.events.subscribe(({ type, previousStatus, status, taskId }) => {
      this.#events.push(`${type}:${previousStatus}->${status}`);
      const stored = this.store.tasks.get(taskId);
      if (!stored || AGE[stored.status] < AGE[status]) this.#staleReads.push(`${type}: ${stored?.status ?? "nothing"}`);
    });
  }

  async do({ name, number }: Command): Promise<void> {
    await this.#commands[name](number);
    await settle();
  }

  /** What can be seen of the real task and its executor. */
  seen(): object {
    const { task } = this;
    const { result } = task;
    return {
      status: task.status,
      title: task.title,
      timeoutMs: task.timeoutMs,
      result: result && {
        status: result.status,
        output: result.output,
        startedAt: result.startedAt.getTime() - STARTED_AT,
        finishedAt: result.finishedAt.getTime() - STARTED_AT,
      },
      durationMs: result?.durationMs,
      hasError: result ? result.error !== undefined : false,
      events: this.#events,
      executions: [...this.#executions].sort(([a], [b]) => a - b),
      resolvedWithTheResult: this.#results.every((isSame) => isSame()),
      staleReads: this.#staleReads,
      persistenceErrors: this.#executor.persistenceErrors,
    };
  }

  /** What the model says of the same. */
  expected(): object {
    const { status, title, timeoutMs, result, events, executions } = this.model;
    return {
      status,
      title,
      timeoutMs,
      result,
      durationMs: result && result.finishedAt - result.startedAt,
      hasError: result ? result.status !== "done" : false,
      events,
      executions: [...executions].sort(([a], [b]) => a - b),
      resolvedWithTheResult: true,
      staleReads: [],
      persistenceErrors: [],
    };
  }

  /** Ends what still runs, so that nothing is left behind. */
  async finish(): Promise<void> {
    await this.do({ name: "executor.cancel", number: 0 });
    await this.do({ name: "advance", number: ABANDON_AFTER_MS });
  }

  readonly #commands: Readonly<Record<Command["name"], (number: number) => unknown>> = {
    execute: (number) => this.#execute(number),
    "handler returns": (number) => {
      this.#handlerCall?.resolve(number);
      this.#handlerEnded("done", number);
    },
    "handler throws": (number) => {
      this.#handlerCall?.reject(new Error(`failure ${number}`));
      this.#handlerEnded("failed", undefined);
    },
    "handler cancels itself": () => {
      this.#handlerCall?.reject(new TaskCancelledError());
      this.#handlerEnded("cancelled", undefined);
    },
    "executor.cancel": () => {
      const expected = this.model.cancelByExecutor();
      // Settles once the task has ended, which a later command may bring about.
      this.#results.push(answers(this.#executor.cancel(this.task), expected));
    },
    "task.cancel": () =>
      this.#same(
        () => this.task.cancel(),
        () => this.model.move("cancelled"),
      ),
    "task.transitionTo": (number) => {
      const status = STATUSES[number % STATUSES.length]!;
      this.#same(
        () => this.task.transitionTo(status),
        () => this.model.move(status),
      );
    },
    abort: (number) => {
      const call = number % Math.max(1, this.#controllers.length);
      this.#controllers[call]?.abort();
      this.model.abort(call);
    },
    advance: async (number) => {
      const ms = number % 7_000;
      this.model.advance(ms);
      await this.clock.advance(ms);
      if (!this.model.run) this.#handlerCall = undefined;
    },
    ...this.#assignments(),
  };

  #assignments(): Record<Extract<Command["name"], `assign ${string}`>, (number: number) => void> {
    const { task, model } = { task: () => this.task, model: () => this.model };
    return {
      "assign title": (number) => {
        const title = (number % 4 === 0 ? number : `title ${number}`) as string;
        this.#same(
          () => (task().title = title),
          () => model().assign(number % 4 !== 0, () => (model().title = title)),
        );
      },
      "assign payload": (number) => {
        const payload = number % 4 === 0 ? new Date(0) : { number };
        this.#same(
          () => (task().payload = payload as never),
          () => model().assign(number % 4 !== 0, () => undefined),
        );
      },
      "assign timeoutMs": (number) => {
        const timeoutMs = [0, -1, Number.NaN, 3_000_000_000, undefined, 1_000, 2_000, 6_000][number % 8];
        this.#same(
          () => (task().timeoutMs = timeoutMs),
          () => model().assign(number % 8 > 3, () => (model().timeoutMs = timeoutMs)),
        );
      },
      "assign metadata": (number) => {
        const metadata = number % 4 === 0 ? [number] : { number };
        this.#same(
          () => (task().metadata = metadata as never),
          () => model().assign(number % 4 !== 0, () => undefined),
        );
      },
    };
  }

  #execute(number: number): void {
    const call = this.#controllers.length;
    const controller = new AbortController();
    this.#controllers = [...this.#controllers, controller];
    const isAborted = number % 8 === 0;
    if (isAborted) controller.abort();
    const isNew = this.model.status === "pending" && !this.model.run;
    if (isNew) this.#obeys = number % 2 === 0;
    this.model.execute(call, this.#obeys, isAborted);
    void this.#executor.execute(this.task, { signal: controller.signal }).then(
      (result) => {
        this.#results.push(() => result === this.task.result);
        this.#executions.set(call, "ok");
      },
      (error: unknown) => this.#executions.set(call, (error as { code: string }).code),
    );
  }

  readonly #handler: Handler = ({ signal }) =>
    new Promise((resolve, reject) => {
      this.#handlerCall = { resolve, reject };
      if (this.#obeys) signal.addEventListener("abort", () => reject(signal.reason as Error));
    });

  #handlerEnded(status: "done" | "failed" | "cancelled", output: unknown): void {
    if (this.#handlerCall) this.model.handlerEnds(status, output);
    this.#handlerCall = undefined;
  }

  #same(real: () => unknown, model: () => Verdict): void {
    const expected = model();
    const actual = verdictOf(real);
    if (actual !== expected) throw new Error(`Expected ${expected}, got ${actual}`);
  }
}

function answers(promise: Promise<boolean>, expected: boolean): () => boolean {
  let isRight = true;
  void promise.then(
    (answer) => (isRight = answer === expected),
    () => (isRight = false),
  );
  return () => isRight;
}

function verdictOf(call: () => unknown): Verdict {
  try {
    call();
    return "ok";
  } catch (error) {
    const { code, name } = error as { code?: string; name: string };
    return code ?? name;
  }
}
