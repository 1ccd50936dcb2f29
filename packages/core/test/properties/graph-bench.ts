import {
  Task,
  TaskCancelledError,
  TaskExecutor,
  TaskGraph,
  type ExecuteOptions,
  type Handler,
  type TaskResult,
  type TaskRunner,
  type TaskTypeName,
} from "@ttasks/core";
import { settle, VirtualClock } from "@ttasks/testkit";
import { GraphModel, type TaskSpec } from "./graph-model.ts";

/** A task of a random graph, and what its handler does. */
export interface ScriptedSpec extends TaskSpec {
  readonly ending: "done" | "failed" | "cancelled";
  /** Whether the handler ends at once, without waiting for the test. */
  readonly isInstant: boolean;
  /** Whether the handler ends when it is told to stop. */
  readonly obeys: boolean;
}

/** A random graph, and how to run it. */
export interface GraphSpec {
  readonly tasks: readonly ScriptedSpec[];
  readonly concurrency: number;
  readonly pools: Readonly<Record<string, number>>;
  readonly failFast: boolean;
  readonly isAbortedBefore: boolean;
  /** Whether the tasks are added in reverse, dependents before dependencies. */
  readonly isReversed: boolean;
  /** What happens next, again and again; each number is one choice. */
  readonly choices: readonly number[];
}

interface Call {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A real graph behind a real executor, next to its model. The test decides what ends when. */
export class GraphBench {
  readonly model: GraphModel;
  readonly graph = new TaskGraph({ title: "random" });
  readonly tasks: readonly Task[];
  readonly events: { readonly index: number; readonly type: string }[] = [];
  /** The codes of the errors that `execute` rejected with. */
  readonly errors = new Map<number, string>();
  readonly seen = {
    cancelInFlight: false,
    full: false,
    finallyAfterFailure: false,
    lateCancel: false,
    poolFull: false,
  };
  readonly #spec: GraphSpec;
  readonly #executor: TaskExecutor;
  readonly #controller = new AbortController();
  readonly #calls = new Map<number, Call>();
  /** The tasks that were cancelled while they ran. */
  readonly #stopped = new Set<number>();
  readonly #indexes = new Map<string, number>();
  readonly #faults: string[] = [];
  #isOver = false;

  constructor(spec: GraphSpec) {
    this.#spec = spec;
    this.model = new GraphModel(spec.tasks, spec.concurrency, spec.pools, spec.failFast);
    this.tasks = spec.tasks.map(({ hasHandler, initial }, index) => {
      const task = new Task({ type: hasHandler ? "scripted" : "unknown", payload: index, title: `task ${index}` });
      if (initial !== "pending" && initial !== "cancelled") task.transitionTo("running");
      if (initial !== "pending" && initial !== "running") task.transitionTo(initial);
      this.#indexes.set(task.id, index);
      return task;
    });
    for (const index of spec.isReversed ? [...this.tasks.keys()].reverse() : this.tasks.keys()) this.#add(index);
    this.#executor = new TaskExecutor({ clock: new VirtualClock(), handlers: { scripted: this.#handler } });
    this.#executor.events.subscribe(({ taskId, type }) =>
      this.events.push({ index: this.#indexes.get(taskId)!, type }),
    );
  }

  /** Runs the graph to its end, one choice at a time. */
  async run(): Promise<void> {
    const { concurrency, pools, failFast, isAbortedBefore, choices } = this.#spec;
    if (isAbortedBefore) this.#abort();
    const run = this.graph.run(this.#runner, {
      concurrency,
      pools,
      failFast,
      signal: this.#controller.signal,
      clock: new VirtualClock(),
    });
    void run.then(() => (this.#isOver = true));
    for (let at = 0; ; at++) {
      await settle();
      this.#check();
      if (this.#isOver) break;
      if (at > 2_000) throw new Error("The run does not end");
      if (this.#calls.size === 0) throw new Error("The run neither ends nor waits for a handler");
      this.#choose(choices[at % choices.length]!);
    }
    await run;
  }

  #add(index: number): void {
    const { after, on, finally: isFinally, required, pool, priority } = this.#spec.tasks[index]!;
    this.graph.add(this.tasks[index]!, {
      after: after.map((dependency, at) => {
        const task = this.tasks[dependency]!;
        return on[at] === undefined ? task : { task, on: on[at] };
      }),
      finally: isFinally,
      required,
      pool,
      priority,
    });
  }

  /** Stands between graph and executor, and tells the model what the graph does. */
  readonly #runner: TaskRunner = {
    execute: async <K extends TaskTypeName, O>(task: Task<K, O>, options?: ExecuteOptions): Promise<TaskResult<O>> => {
      const index = this.#indexes.get(task.id)!;
      this.#note(() => this.model.start(index));
      const upstream = Array.from(options?.upstream ?? [], ({ id }) => this.#indexes.get(id)!);
      const expected = this.#spec.tasks[index]!.after;
      if (String(upstream) !== String(expected))
        this.#faults.push(`task ${index} got the upstream ${String(upstream)}, not ${String(expected)}`);
      try {
        const result = await this.#executor.execute(task, options);
        this.#note(() => this.model.end(index, "done"));
        return result;
      } catch (error) {
        const { code } = error as { code: string };
        this.errors.set(index, code);
        const state = code === "execution_failed" ? "failed" : code === "cancelled" ? "cancelled" : "refused";
        this.#note(() => this.model.end(index, state));
        throw error;
      }
    },
  };

  readonly #handler: Handler = ({ task, signal }) => {
    const index = task.payload as number;
    const { isInstant, obeys, finally: isFinally } = this.#spec.tasks[index]!;
    if (isFinally && this.tasks.some((other, at) => other.isFailed && !this.#spec.tasks[at]!.finally))
      this.seen.finallyAfterFailure = true;
    if (isInstant) return this.#ending(index);
    return new Promise((resolve, reject) => {
      this.#calls.set(index, { resolve, reject });
      const stop = (): void => {
        this.#calls.delete(index);
        reject(signal.reason as Error);
      };
      if (obeys) signal.addEventListener("abort", stop);
    });
  };

  #ending(index: number): number {
    const { ending } = this.#spec.tasks[index]!;
    if (ending === "failed") throw new Error(`task ${index} fails`);
    if (ending === "cancelled") throw new TaskCancelledError();
    return index;
  }

  #choose(choice: number): void {
    const action = choice % 100;
    const pick = Math.floor(choice / 100);
    const waiting = [...this.#calls.keys()];
    // The run has told others that these are skipped: who cancels one then changes what the views say, not what the run does.
    const { skipped } = this.model;
    const idle = Array.from(this.tasks.keys()).filter(
      (index) => this.model.stateOf(index) === "pending" && this.tasks[index]!.isPending && !skipped.includes(index),
    );
    if (action < 3) this.#cancelRunning(waiting[pick % waiting.length]!, pick % 2 === 0);
    else if (action < 6 && idle.length > 0) this.#cancelIdle(idle[pick % idle.length]!, pick % 2 === 0);
    else if (action === 6 && pick % 4 === 0 && !this.model.isAborted) this.#abort();
    else this.#complete(waiting[pick % waiting.length]!);
  }

  #complete(index: number): void {
    const { resolve, reject } = this.#calls.get(index)!;
    this.#calls.delete(index);
    try {
      resolve(this.#ending(index));
    } catch (error) {
      reject(error);
    }
  }

  #cancelRunning(index: number, byExecutor: boolean): void {
    const task = this.tasks[index]!;
    // One that ignored its first stop ends now.
    if (this.#stopped.has(index)) {
      this.#complete(index);
      return;
    }
    this.#stopped.add(index);
    this.seen.cancelInFlight = true;
    if (byExecutor) void this.#executor.cancel(task);
    else task.cancel();
  }

  #cancelIdle(index: number, byExecutor: boolean): void {
    this.seen.lateCancel = true;
    if (byExecutor) void this.#executor.cancel(this.tasks[index]!);
    else this.tasks[index]!.cancel();
    this.model.cancelIdle(index);
  }

  #abort(): void {
    if (this.#calls.size > 0) this.seen.cancelInFlight = true;
    this.model.isAborted = true;
    this.#controller.abort();
  }

  #check(): void {
    this.#note(() => this.model.rest());
    if (this.model.isFull) this.seen.full = true;
    if (this.model.isPoolFull) this.seen.poolFull = true;
    if (this.#isOver && !this.model.isOver)
      this.#faults.push("the run is over, but there are tasks that run or may start");
    if (!this.#isOver && this.model.isOver) this.#faults.push("everything is over, but the run goes on");
    if (this.#faults.length > 0) throw new Error(this.#faults.join("\n"));
  }

  /** What the model objects to is thrown at the next rest: thrown here, the graph would take it for a task's failure. */
  #note(change: () => void): void {
    try {
      change();
    } catch (error) {
      this.#faults.push((error as Error).message);
    }
  }
}
