import { TimeSlices } from "../internal/time-slices.ts";
import { toError } from "../internal/to-error.ts";
import type { TaskResult } from "../task/task-result.ts";
import type { Task } from "../task/task.ts";
import type { RunSettings } from "./graph-options.ts";
import { DONE, endingOf, OPEN, type Outcomes } from "./outcomes.ts";
import { readyQueue, type ReadyQueue } from "./ready-queue.ts";
import type { RunJournal } from "./run-journal.ts";
import { quickStarts, type StartTask, type TaskStarter, type TaskRunner } from "./task-runner.ts";
import type { Topology } from "./topology.ts";

const startByPromise: StartTask = (runner, task, signal, starter, token) => {
  void Promise.resolve(runner.execute(task, { signal, upstream: starter.upstream(token) })).then(
    () => starter.settled(token, undefined),
    (error: unknown) => starter.settled(token, toError(error)),
  );
};

/** The handler of a task that took no longer kept nothing else waiting. */
const QUICK_MS = 0.2;

/** One run of a graph: which task starts when, and which never can. */
export class GraphRun implements TaskStarter {
  readonly #topology: Topology;
  readonly #runner: TaskRunner;
  readonly #startTask: StartTask;
  readonly #settings: RunSettings;
  readonly #journal: RunJournal;
  readonly #slices: TimeSlices;
  readonly #outcomes: Outcomes;
  #ready!: ReadyQueue;
  #running = 0;
  /** Whether the ordinary tasks are through, and the finally ones have their turn. */
  #isFinal = false;
  #hasFailedFast = false;
  #isAdvancing = false;
  /** Whether all that happened since the last start is the end of a task that took next to no time. */
  #wasQuick = false;
  #finish: () => void = () => undefined;

  constructor(outcomes: Outcomes, runner: TaskRunner, journal: RunJournal) {
    const { settings } = journal;
    this.#topology = outcomes.topology;
    this.#runner = runner;
    this.#startTask = quickStarts.get((runner as { readonly execute: object }).execute) ?? startByPromise;
    this.#settings = settings;
    this.#journal = journal;
    this.#slices = new TimeSlices(settings.clock);
    this.#outcomes = outcomes;
  }

  /** Runs to the end; what tasks throw goes into the journal. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#enterPhase();
      this.#advance();
    });
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
    for (;;) {
      const isSettling = this.#outcomes.isSpreading;
      if (isSettling || this.#canStart()) {
        if (!this.#slices.mayGoOn(this.#advance, this.#wasQuick || isSettling)) return;
        if (isSettling) this.#outcomes.spread(this.#decided);
        else this.#start(this.#ready.take());
      } else if (this.#running > 0) {
        return;
      } else if (this.#isFinal || this.#isAborted()) {
        this.#finish();
        return;
      } else {
        this.#isFinal = true;
        this.#enterPhase();
      }
    }
  }

  #canStart(): boolean {
    const isStopped = this.#isAborted() || (this.#hasFailedFast && !this.#isFinal);
    return !isStopped && !this.#ready.isEmpty && this.#running < this.#settings.concurrency;
  }

  #isAborted(): boolean {
    return this.#settings.signal?.aborted ?? false;
  }

  /** Looks once at every task of the phase: has it ended before, can it start? */
  #enterPhase(): void {
    // Ordinary tasks that were stopped before their start are not ready for the next phase.
    this.#ready = readyQueue(this.#topology, this.#settings.pools);
    const { isFinally } = this.#topology;
    for (let place = 0; place < isFinally.length; place++) {
      if (isFinally[place] !== this.#isFinal) continue;
      const task = this.#task(place);
      if (task.isTerminal) this.#outcomes.settle(place, endingOf(task));
      else if (this.#outcomes.isFree(place)) this.#ready.push(place);
    }
  }

  #start(place: number | undefined): void {
    // All that is ready waits for room in its pool.
    if (place === undefined) return;
    const task = this.#task(place);
    // Somebody else may have ended it since it became ready.
    if (task.isTerminal) {
      this.#settle(place, endingOf(task));
      return;
    }
    this.#running++;
    this.#wasQuick = false;
    try {
      this.#startTask(this.#runner, task, this.#settings.signal, this, place);
    } catch (error) {
      this.settled(place, toError(error));
    }
  }

  /** What a task that this run has started comes after. */
  upstream(place: number): readonly Task[] {
    // None is missing in a graph that runs.
    return this.#topology.dependenciesOf(place, (index) => this.#topology.dependency(index) as Task);
  }

  /** A task that this run has started has ended. */
  settled(place: number, error: Error | undefined, result?: TaskResult): void {
    // Who throws did not succeed, whatever the state of the task.
    const outcome = error === undefined ? DONE : this.#fail(place, error);
    this.#wasQuick = result !== undefined && result.durationMs < QUICK_MS;
    this.#running--;
    this.#settle(place, outcome);
    this.#advance();
  }

  #fail(place: number, error: Error): number {
    const task = this.#task(place);
    const isCounted = this.#settings.failFast && this.#topology.isRequired[place] && !task.isCancelled;
    if (isCounted && !this.#isFinal && !this.#hasFailedFast) {
      this.#hasFailedFast = true;
      this.#journal.failFast(task);
    }
    return this.#journal.fail(task, error);
  }

  #task(place: number): Task {
    return this.#topology.tasks[place] as Task;
  }

  /** What was taken from those that are ready is over. */
  #settle(place: number, outcome: number): void {
    this.#ready.leave(place);
    this.#outcomes.settle(place, outcome);
  }

  readonly #decided = (place: number, outcome: number): void => {
    if (outcome === OPEN) this.#ready.push(place);
    else this.#journal.hold(place);
  };
}
