/** A task of a random graph. */
export interface TaskSpec {
  /** The indexes of its dependencies, all lower than its own. */
  readonly after: readonly number[];
  readonly finally: boolean;
  readonly required: boolean;
  /** Its state before the run; a running one is moved by hand, so that it cannot be executed. */
  readonly initial: "pending" | "running" | "done" | "failed" | "cancelled";
  readonly hasHandler: boolean;
}

type State = "pending" | "running" | "done" | "failed" | "cancelled" | "refused";

/**
 * What a run must do, told as rules over the whole graph: everything is computed anew from the states of the tasks whenever it is asked
 * for, without queues or counters.
 */
export class GraphModel {
  readonly #tasks: readonly TaskSpec[];
  readonly #states: State[];
  readonly #concurrency: number;
  readonly #failFast: boolean;
  /** The tasks that failed in this run; its end may be told to the graph a few promises later. */
  #hasFailed = false;
  #isFailureKnown = false;
  isAborted = false;
  /** The finally tasks that were cancelled when only such were left. */
  readonly #cancelledWaiting = new Set<number>();

  constructor(tasks: readonly TaskSpec[], concurrency: number, failFast: boolean) {
    this.#tasks = tasks;
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
    const blocked = new Set<number>();
    this.#tasks.forEach(({ after, finally: isFinally }, index) => {
      if (isFinally || this.#states[index] !== "pending") return;
      const isBroken = (dependency: number): boolean =>
        ["failed", "cancelled", "refused"].includes(this.#states[dependency]!);
      if (after.some((dependency) => blocked.has(dependency) || isBroken(dependency))) blocked.add(index);
    });
    return [...blocked];
  }

  /** The tasks that may start now, were there room. */
  get ready(): readonly number[] {
    const isOrdinaryOver = this.#isOrdinaryOver();
    return this.#where((index) => {
      const { after, finally: isFinally } = this.#tasks[index]!;
      if (this.#states[index] !== "pending" || this.isAborted) return false;
      if (!isFinally) return !this.#isStopped() && after.every((dependency) => this.#states[dependency] === "done");
      return isOrdinaryOver && after.every((dependency) => this.#isSettledFinally(dependency));
    });
  }

  /** Whether some task that may start has to wait for room. */
  get isFull(): boolean {
    return this.running.length === this.#concurrency && this.ready.length > 0;
  }

  /** Whether everything is over. */
  get isOver(): boolean {
    return this.running.length === 0 && this.ready.length === 0;
  }

  get isStoppedEarly(): boolean {
    return this.isAborted || (this.#failFast && this.#hasFailed);
  }

  stateOf(index: number): State {
    return this.#states[index]!;
  }

  /** The run executes a task: it must be one that may start, and there must be room. */
  start(index: number): void {
    if (!this.ready.includes(index))
      throw new Error(`task ${index} was started, but it may not start: it is ${this.#states[index]!}`);
    if (this.running.length >= this.#concurrency)
      throw new Error(`task ${index} was started above the concurrency of ${this.#concurrency}`);
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
    if (this.#tasks[index]!.finally && this.#isOrdinaryOver()) this.#cancelledWaiting.add(index);
    this.#states[index] = "cancelled";
  }

  /** Every promise has settled: the run has done what it can, and knows every ending. */
  rest(): void {
    this.#isFailureKnown = this.#hasFailed;
    const { ready, running } = this;
    if (ready.length > 0 && running.length < this.#concurrency)
      throw new Error(
        `tasks ${ready.join(", ")} may start and ${running.length} of ${this.#concurrency} run, yet nothing happens`,
      );
  }

  /** A finally task that somebody cancels while it waits for others is found cancelled when its turn comes, not before. */
  #isSettledFinally(index: number): boolean {
    const { after, finally: isFinally } = this.#tasks[index]!;
    if (!isFinally) return true;
    if (["pending", "running"].includes(this.#states[index]!)) return false;
    return !this.#cancelledWaiting.has(index) || after.every((dependency) => this.#isSettledFinally(dependency));
  }

  #isStopped(): boolean {
    return this.isAborted || (this.#failFast && this.#isFailureKnown);
  }

  #isOrdinaryOver(): boolean {
    const isStopped = this.#isStopped() || this.isStoppedEarly;
    return this.#tasks.every(({ after, finally: isFinally }, index) => {
      if (isFinally) return true;
      if (this.#states[index] === "running") return false;
      return (
        isStopped ||
        this.#states[index] !== "pending" ||
        !after.every((dependency) => this.#states[dependency] === "done")
      );
    });
  }

  #where(holds: (index: number) => boolean): number[] {
    return Array.from(this.#tasks.keys()).filter(holds);
  }
}
