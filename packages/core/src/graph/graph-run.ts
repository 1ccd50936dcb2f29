import { TimeSlices } from "../internal/time-slices.ts";
import { toError } from "../internal/to-error.ts";
import type { Task } from "../task/task.ts";
import type { GraphEntry } from "./graph-entry.ts";
import type { RunSettings } from "./graph-options.ts";
import { decrement, type GraphPlan } from "./graph-plan.ts";
import type { TaskRunner } from "./task-runner.ts";

/** What a run finds out beside the states of the tasks; filled while it runs. */
export interface RunRecord {
  readonly blocked: Set<Task>;
  readonly errors: Map<string, Error>;
}

/** First in, first out; every index enters at most once, so that the array never has to grow. */
class IndexQueue {
  readonly #indexes: Int32Array;
  #head = 0;
  #tail = 0;

  constructor(capacity: number) {
    this.#indexes = new Int32Array(capacity);
  }

  get isEmpty(): boolean {
    return this.#head === this.#tail;
  }

  push(index: number): void {
    this.#indexes[this.#tail++] = index;
  }

  shift(): number {
    return this.#indexes[this.#head++] as number;
  }

  clear(): void {
    this.#head = this.#tail;
  }
}

/** What a run knows of a task. */
const OPEN = 0;
const SATISFIED = 1;
const UNSATISFIED = 2;

/** One run of a graph: which task starts when, and which never can. */
export class GraphRun {
  readonly #plan: GraphPlan;
  readonly #entries: ReadonlyMap<string, GraphEntry>;
  readonly #runner: TaskRunner;
  readonly #settings: RunSettings;
  readonly #record: RunRecord;
  readonly #slices: TimeSlices;
  readonly #outcomes: Uint8Array;
  /** How many dependencies of each task are not settled. */
  readonly #waiting: Int32Array;
  readonly #ready: IndexQueue;
  /** Settled tasks whose dependents do not know it yet. */
  readonly #settled: IndexQueue;
  #running = 0;
  #phase: "ordinary" | "finally" | "over" = "ordinary";
  #hasFailedFast = false;
  #isAdvancing = false;
  #finish: () => void = () => undefined;

  constructor(
    plan: GraphPlan,
    entries: ReadonlyMap<string, GraphEntry>,
    runner: TaskRunner,
    settings: RunSettings,
    record: RunRecord,
  ) {
    this.#plan = plan;
    this.#entries = entries;
    this.#runner = runner;
    this.#settings = settings;
    this.#record = record;
    this.#slices = new TimeSlices(settings.clock);
    const count = plan.entries.length;
    this.#outcomes = new Uint8Array(count);
    this.#waiting = plan.dependencyCounts;
    this.#ready = new IndexQueue(count);
    this.#settled = new IndexQueue(count);
  }

  /** Runs to the end; what tasks throw goes into the record. */
  async run(): Promise<void> {
    const { signal } = this.#settings;
    signal?.addEventListener("abort", this.#advance);
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
      this.#enterPhase();
      this.#advance();
    });
    signal?.removeEventListener("abort", this.#advance);
  }

  /** Called whenever something has changed; what changes while it goes on is seen by the loop, without recursion. */
  readonly #advance = (): void => {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    this.#goOn();
    this.#isAdvancing = false;
  };

  /** Does all that can be done now, in slices of time. */
  #goOn(): void {
    while (this.#phase !== "over") {
      if (this.#canStep()) {
        if (!this.#slices.mayGoOn(this.#advance)) return;
        this.#step();
      } else if (this.#running > 0) {
        return;
      } else {
        this.#leavePhase();
      }
    }
  }

  #canStep(): boolean {
    if (!this.#settled.isEmpty) return true;
    return !this.#ready.isEmpty && this.#running < this.#settings.concurrency && !this.#isStopped();
  }

  /** Whether tasks of this phase may not start any more. */
  #isStopped(): boolean {
    return this.#isAborted() || (this.#hasFailedFast && this.#phase === "ordinary");
  }

  #isAborted(): boolean {
    return this.#settings.signal?.aborted ?? false;
  }

  #step(): void {
    if (this.#settled.isEmpty) void this.#start(this.#ready.shift());
    else this.#tellDependents(this.#settled.shift());
  }

  #leavePhase(): void {
    this.#phase = this.#phase === "ordinary" && !this.#isAborted() ? "finally" : "over";
    if (this.#phase === "finally") this.#enterPhase();
    else this.#finish();
  }

  /** Looks once at every task of the phase: has it ended before, can it start? */
  #enterPhase(): void {
    // Ordinary tasks that were stopped before their start are not ready for the next phase.
    this.#ready.clear();
    for (const entry of this.#plan.entries) {
      if (entry.finally !== (this.#phase === "finally")) continue;
      if (entry.task.isTerminal) this.#settle(entry.index, outcomeOf(entry));
      else if (this.#waiting[entry.index] === 0) this.#ready.push(entry.index);
    }
  }

  async #start(index: number): Promise<void> {
    const entry = this.#entry(index);
    const { task, required } = entry;
    // Somebody else may have ended it since it became ready.
    if (task.isTerminal) {
      this.#settle(index, outcomeOf(entry));
      return;
    }
    let outcome = SATISFIED;
    this.#running++;
    try {
      await this.#runner.execute(task, { signal: this.#settings.signal, upstream: this.#upstream(entry) });
    } catch (error) {
      outcome = UNSATISFIED;
      this.#record.errors.set(task.id, toError(error));
      if (this.#settings.failFast && required && !task.isCancelled) this.#hasFailedFast = true;
    }
    this.#running--;
    this.#settle(index, outcome);
    this.#advance();
  }

  #entry(index: number): GraphEntry {
    return this.#plan.entries[index] as GraphEntry;
  }

  #upstream({ after }: GraphEntry): readonly Task[] | undefined {
    return after.length === 0 ? undefined : after.map(({ id }) => (this.#entries.get(id) as GraphEntry).task);
  }

  #settle(index: number, outcome: number): void {
    this.#outcomes[index] = outcome;
    this.#settled.push(index);
  }

  #tellDependents(index: number): void {
    const satisfies = this.#phase === "finally" || this.#outcomes[index] === SATISFIED;
    this.#plan.forEachDependent(index, (dependent) => {
      if (this.#outcomes[dependent] !== OPEN) return;
      if (!satisfies) this.#block(dependent);
      else if (decrement(this.#waiting, dependent) === 0) this.#ready.push(dependent);
    });
  }

  #block(index: number): void {
    this.#record.blocked.add(this.#entry(index).task);
    this.#settle(index, UNSATISFIED);
  }
}

function outcomeOf({ task }: GraphEntry): number {
  return task.isDone ? SATISFIED : UNSATISFIED;
}
