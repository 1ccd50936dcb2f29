import { StoreError } from "../errors/store-errors.ts";
import type { EventBus } from "../events/event-bus.ts";
import { bounded } from "../task/task-attempt.ts";
import { resetOrder } from "../task/reset-order.ts";
import type { Task } from "../task/task.ts";
import type { GraphEvent, GraphEventParts } from "./graph-event.ts";
import type { RunSettings } from "./graph-options.ts";
import { BLOCKED, culpritOf, DONE, endingOf, OPEN, REFUSED, UNKEPT } from "./outcomes.ts";
import { MAX_NAMED, Run, updateRun, type RunCounts, type RunFields } from "./run.ts";
import type { Topology } from "./topology.ts";

/** What is known of a run before it starts. */
type RunOrigin = Pick<RunFields, "graphId" | "title" | "trigger" | "executorId" | "rerunOf" | "reset" | "counts">;

/** What a run finds out beside the states of the tasks; it keeps the run's record, and tells who listens. */
export class RunJournal {
  readonly run: Run;
  /** The outcome of each task, at its place; none where the run was aborted before it was planned. */
  readonly outcomes: Uint8Array;
  /** The blocked tasks, each with the one that it began with. */
  readonly #causes = new Map<Task, Task>();
  readonly errors = new Map<string, Error>();
  /**
   * The tasks of which others must not think what their state says, as long as that tells this ending: it is not in the ledger, or
   * `execute` threw.
   */
  readonly #refusals = new Map<Task, { readonly ending: number; readonly outcome: number }>();
  readonly settings: RunSettings;
  /** Which resets of tasks came before the run. */
  readonly resetOrder = resetOrder();
  readonly #topology: Topology;
  readonly #events: EventBus<GraphEvent>;
  readonly #started: number;

  constructor(
    origin: RunOrigin,
    topology: Topology,
    settings: RunSettings,
    outcomes: Uint8Array | undefined,
    events: EventBus<GraphEvent>,
  ) {
    const { concurrency, pools, failFast, clock } = settings;
    this.settings = settings;
    this.outcomes = outcomes ?? new Uint8Array();
    this.#topology = topology;
    this.#events = events;
    this.#started = clock.monotonic();
    // JSON has no infinity.
    const limits = [...pools].filter(([, limit]) => limit < Infinity);
    this.run = new Run({
      ...origin,
      status: "running",
      startedAt: clock.now(),
      concurrency: concurrency < Infinity ? concurrency : undefined,
      pools: limits.length > 0 ? Object.fromEntries(limits) : undefined,
      failFast,
    });
  }

  /** A task cannot start: it is blocked, or skipped. */
  hold(place: number): void {
    const topology = this.#topology;
    const index = culpritOf(topology, place, this.outcomes);
    const task = topology.tasks[place] as Task;
    const dependency = topology.tasks[topology.dependencyAt(index)] as Task;
    if (this.outcomes[place] === BLOCKED) {
      const cause = this.#causes.get(dependency) ?? dependency;
      this.#causes.set(task, cause);
      this.emit({ type: "task_blocked", task, dependency, cause, error: this.errors.get(cause.id) });
    } else this.emit({ type: "task_skipped", task, dependency, on: topology.conditionOf(place, index) });
  }

  /** Takes down what `execute` threw, and gives the outcome of the task. */
  fail(task: Task, error: Error): number {
    this.errors.set(task.id, error);
    const ending = endingOf(task);
    const outcome = isUnkept(task, error) ? UNKEPT : REFUSED;
    // One that failed or was cancelled says so itself.
    if (outcome === REFUSED && ending !== OPEN && ending !== DONE) return ending;
    this.#refusals.set(task, { ending, outcome });
    return outcome;
  }

  /** What came of a task that could not be executed, or whose end could not be kept; {@link OPEN} for every other. */
  refusalOf(task: Task): number {
    const refusal = this.#refusals.get(task);
    return refusal?.ending === endingOf(task) ? refusal.outcome : OPEN;
  }

  /** The failure of this task keeps others from starting. */
  failFast(task: Task): void {
    updateRun(this.run, { failedFast: task.id });
  }

  /**
   * Takes down the end of the run.
   *
   * @param hasRun - `false` when it was aborted before its first task
   */
  end(isOk: boolean, hasRun: boolean, counts: RunCounts): void {
    const { clock, signal } = this.settings;
    const refused = Array.from(this.#refusals).filter(([, { ending }]) => ending === OPEN);
    const isThrough = hasRun && isOk && counts.notStarted <= refused.length;
    updateRun(this.run, {
      status: signal?.aborted === true && !isThrough ? "cancelled" : isOk ? "done" : "failed",
      finishedAt: clock.now(),
      durationMs: clock.monotonic() - this.#started,
      counts,
      refused: refused
        .slice(0, MAX_NAMED)
        .map(([{ id }]) => ({ taskId: id, reason: String(bounded(this.errors.get(id)?.message)) })),
    });
  }

  emit(event: GraphEventParts): void {
    if (this.#events.isActive)
      this.#events.emit({ ...event, run: this.run, timestamp: new Date(this.settings.clock.now()) });
  }
}

/** Whether the task is held, somebody else has it, or its state is not in the ledger: nobody knows here how it ends. */
function isUnkept({ attempts }: Task, error: Error): boolean {
  const { code } = error as { readonly code?: unknown };
  if (code === "invalid_transition") return attempts.at(-1)?.status === "running";
  return error instanceof StoreError || code === "task_claimed" || code === "task_held";
}
