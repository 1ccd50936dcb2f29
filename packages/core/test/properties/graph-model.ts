import type { EdgeCondition } from "@ttasks/core";

/** A task of a random graph. */
export interface TaskSpec {
  /** The indexes of its dependencies, all lower than its own. */
  readonly after: readonly number[];
  /** The condition of each dependency; `undefined` for the usual one. */
  readonly on: readonly (EdgeCondition | undefined)[];
  readonly pool: string | undefined;
  readonly priority: number;
  readonly finally: boolean;
  readonly required: boolean;
  /** Its state before the run; a running one is moved by hand, so that it cannot be executed. */
  readonly initial: "pending" | "running" | "done" | "failed" | "cancelled";
  readonly hasHandler: boolean;
}

type State = "pending" | "running" | "done" | "failed" | "cancelled" | "refused";
type Outcome = "open" | "free" | "done" | "failed" | "cancelled" | "refused" | "blocked" | "skipped";

/**
 * When a task that was cancelled while it waited counts as such: at once, as the views say it; once its turn has come, where the run looks
 * at it: always, when there is room, or never.
 */
type Notice = "at once" | "always" | "with room" | "never";

/**
 * What a run must do, told as rules over the whole graph: everything is computed anew from the states of the tasks whenever it is asked
 * for, without queues or counters.
 */
export class GraphModel {
  readonly #tasks: readonly TaskSpec[];
  readonly #states: State[];
  readonly #concurrency: number;
  readonly #pools: Readonly<Record<string, number>>;
  readonly #failFast: boolean;
  /** The tasks that failed in this run; its end may be told to the graph a few promises later. */
  #hasFailed = false;
  #isFailureKnown = false;
  isAborted = false;
  /** The tasks that were cancelled while they waited: it is seen when their turn comes. */
  readonly #cancelledWaiting = new Set<number>();

  constructor(
    tasks: readonly TaskSpec[],
    concurrency: number,
    pools: Readonly<Record<string, number>>,
    failFast: boolean,
  ) {
    this.#tasks = tasks;
    this.#pools = pools;
    this.#concurrency = concurrency;
    this.#failFast = failFast;
    this.#states = tasks.map(({ initial }) => initial);
    // Nobody executes a task that was moved by hand: it counts as one that waits, and will be refused.
    this.#states.forEach((state, index) => {
      if (state === "running") this.#states[index] = "pending";
    });
  }

  /** The indexes of the tasks that run. */
  get running(): readonly number[] {
    return this.#where((index) => this.#states[index] === "running");
  }

  /** The ordinary tasks that cannot start because of what they come after. */
  get blocked(): readonly number[] {
    return this.#pendingWith("blocked");
  }

  /** The ordinary tasks that do not start because of a condition. */
  get skipped(): readonly number[] {
    return this.#pendingWith("skipped");
  }

  /** The tasks that may start now, were there room. */
  ready(notice: Notice = "always"): readonly number[] {
    const outcomes = this.#outcomes(notice);
    const isOrdinaryOver = this.#isOrdinaryOver();
    return this.#where((index) => {
      const { after, finally: isFinally } = this.#tasks[index]!;
      if (this.#states[index] !== "pending" || this.isAborted) return false;
      if (!isFinally) return !this.#isStopped() && outcomes[index] === "free";
      return isOrdinaryOver && after.every((dependency) => this.#isSettledFinally(dependency, notice));
    });
  }

  /** Whether some task that may start has to wait for room. */
  get isFull(): boolean {
    return this.running.length === this.#concurrency && this.ready().length > 0;
  }

  /** Whether some task that may start has to wait for room in its pool. */
  get isPoolFull(): boolean {
    return this.ready().some((index) => !this.#hasRoom(index));
  }

  /** Whether everything is over. */
  get isOver(): boolean {
    return this.running.length === 0 && this.ready().length === 0;
  }

  get isStoppedEarly(): boolean {
    return this.isAborted || (this.#failFast && this.#hasFailed);
  }

  stateOf(index: number): State {
    return this.#states[index]!;
  }

  /** The run executes a task: it must be one that may start, and there must be room. */
  start(index: number): void {
    if (!this.ready().includes(index))
      throw new Error(`task ${index} was started, but it may not start: it is ${this.#states[index]!}`);
    if (this.running.length >= this.#concurrency)
      throw new Error(`task ${index} was started above the concurrency of ${this.#concurrency}`);
    if (!this.#hasRoom(index))
      throw new Error(`task ${index} was started though its pool ${this.#tasks[index]!.pool} is full`);
    if (this.#concurrency === 1) this.#assertFirst(index);
    this.#states[index] = "running";
  }

  /** The execution of a task ended. */
  end(index: number, state: "done" | "failed" | "cancelled" | "refused"): void {
    if (this.#states[index] !== "running") throw new Error(`task ${index} ended, but it is ${this.#states[index]!}`);
    this.#states[index] = state;
    const { required } = this.#tasks[index]!;
    if (required && (state === "failed" || state === "refused")) this.#hasFailed = true;
  }

  /** Somebody cancelled a task that does not run. */
  cancelIdle(index: number): void {
    if (!this.#tasks[index]!.finally || this.#isOrdinaryOver()) this.#cancelledWaiting.add(index);
    this.#states[index] = "cancelled";
  }

  /** Every promise has settled: the run has done what it can, and knows every ending. */
  rest(): void {
    this.#isFailureKnown = this.#hasFailed;
    const { running } = this;
    const ready = this.ready("with room").filter((index) => this.#hasRoom(index));
    if (ready.length > 0 && running.length < this.#concurrency)
      throw new Error(
        `tasks ${ready.join(", ")} may start and ${running.length} of ${this.#concurrency} run, yet nothing happens`,
      );
  }

  /** Where one runs at a time, none of the same kind with a higher priority may have to wait. */
  #assertFirst(index: number): void {
    const { priority, finally: isFinally } = this.#tasks[index]!;
    for (const other of this.ready("never")) {
      const task = this.#tasks[other]!;
      if (task.finally === isFinally && task.priority > priority && this.#hasRoom(other))
        throw new Error(`task ${index} was started before task ${other}, which has a higher priority`);
    }
  }

  #hasRoom(index: number): boolean {
    const { pool } = this.#tasks[index]!;
    return (
      pool === undefined || this.running.filter((at) => this.#tasks[at]!.pool === pool).length < this.#pools[pool]!
    );
  }

  /** What is known of each ordinary task; `free` for one that waits for nothing. */
  #outcomes(notice: Notice): readonly Outcome[] {
    const outcomes: Outcome[] = [];
    this.#tasks.forEach((_, index) => {
      const state = this.#states[index]!;
      const isEnded = state !== "pending" && !this.#cancelledWaiting.has(index);
      if (isEnded) outcomes.push(state === "running" ? "open" : state);
      else outcomes.push(this.#isKnown(index, this.#verdict(index, outcomes), notice));
    });
    return outcomes;
  }

  #isKnown(index: number, verdict: Outcome, notice: Notice): Outcome {
    if (!this.#cancelledWaiting.has(index)) return verdict;
    if (notice === "at once") return "cancelled";
    if (verdict === "open") return verdict;
    const isSeen = verdict !== "free" || notice === "always" || (notice === "with room" && this.#hasRoom(index));
    return isSeen ? "cancelled" : "open";
  }

  /** What becomes of a task, by what it comes after. */
  #verdict(index: number, outcomes: readonly Outcome[]): Outcome {
    const { after, on } = this.#tasks[index]!;
    const edges = after.map((dependency, at) => {
      const outcome = outcomes[dependency]!;
      if (outcome === "open" || outcome === "free") return "open";
      if (on[at] === "done") return "met";
      if (on[at] === "failure") return outcome === "failed" ? "met" : "skips";
      return outcome === "done" ? "met" : outcome === "skipped" ? "skips" : "blocks";
    });
    if (edges.includes("blocks")) return "blocked";
    if (edges.includes("open")) return "open";
    return edges.includes("skips") ? "skipped" : "free";
  }

  #pendingWith(outcome: Outcome): readonly number[] {
    const outcomes = this.#outcomes("at once");
    return this.#where((index) => {
      const { finally: isFinally, initial } = this.#tasks[index]!;
      // One that was moved by hand runs, whatever becomes of the others.
      return !isFinally && initial !== "running" && this.#states[index] === "pending" && outcomes[index] === outcome;
    });
  }

  /** A finally task that somebody cancels while it waits for others is found cancelled when its turn comes, not before. */
  #isSettledFinally(index: number, notice: Notice): boolean {
    const { after, finally: isFinally } = this.#tasks[index]!;
    if (!isFinally) return true;
    if (["pending", "running"].includes(this.#states[index]!)) return false;
    if (!this.#cancelledWaiting.has(index)) return true;
    const isSeen = notice === "always" || (notice === "with room" && this.#hasRoom(index));
    return isSeen && after.every((dependency) => this.#isSettledFinally(dependency, notice));
  }

  #isStopped(): boolean {
    return this.isAborted || (this.#failFast && this.#isFailureKnown);
  }

  #isOrdinaryOver(): boolean {
    const isStopped = this.#isStopped() || this.isStoppedEarly;
    const outcomes = this.#outcomes("always");
    return this.#tasks.every(({ finally: isFinally }, index) => {
      if (isFinally) return true;
      if (this.#states[index] === "running") return false;
      return isStopped || outcomes[index] !== "free";
    });
  }

  #where(holds: (index: number) => boolean): number[] {
    return Array.from(this.#tasks.keys()).filter(holds);
  }
}
