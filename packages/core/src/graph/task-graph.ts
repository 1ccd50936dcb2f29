import { StoreError } from "../errors/store-errors.ts";
import { GraphError } from "../errors/graph-errors.ts";
import { EventBus } from "../events/event-bus.ts";
import {
  checkCount,
  checkFunction,
  checkOptions,
  checkString,
  checkText,
  type Checks,
} from "../internal/check-option.ts";
import { keyOfId } from "../internal/identity.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { TimeSlices } from "../internal/time-slices.ts";
import { DOCUMENT_VERSION, readDocument } from "../task/read-document.ts";
import { keyOf, StoredObject, storedState, type Key } from "../task/stored-object.ts";
import { checkTask } from "../task/check-task.ts";
import { isTask, type Task } from "../task/task.ts";
import type { GraphDependency } from "./edge-condition.ts";
import { explain } from "./explain.ts";
import type { Explanation } from "./explanation.ts";
import { checkEntries } from "./graph-entries.ts";
import type { GraphEvent } from "./graph-event.ts";
import { ADD_OPTIONS, runSettings, type AddOptions, type RerunOptions, type RunOptions } from "./graph-options.ts";
import { planGraph } from "./graph-plan.ts";
import { GraphRun } from "./graph-run.ts";
import { assertConditions, takeConditions, type Conditions } from "./conditions.ts";
import { BLOCKED, OPEN, outcomesOf, SKIPPED, type Outcomes } from "./outcomes.ts";
import { resetTasks } from "./rerun.ts";
import { MAX_NAMED, type Run, type RunTrigger } from "./run.ts";
import { countTasks } from "./run-counts.ts";
import { RunJournal } from "./run-journal.ts";
import type { TaskRunner } from "./task-runner.ts";
import { Topology, type Dependency } from "./topology.ts";

/** A {@link TaskRunner} that can also keep a graph. */
export interface GraphRunner extends TaskRunner {
  /**
   * What the record of the run knows the runner by.
   *
   * @default absent: it is not told
   */
  readonly id?: string | undefined;
  /**
   * Called once at the start of a run, before the first task: keeps the graph, its tasks and its runs. When it throws, nothing runs.
   *
   * @default absent: nothing is kept
   */
  saveGraph?(graph: TaskGraph): void | Promise<void>;
  /**
   * Called once when a run has ended: keeps its record. It must not throw for a store that fails.
   *
   * @default absent: the end is not kept
   */
  saveRun?(run: Run): void | Promise<void>;
}

/** What `new TaskGraph` takes. */
export interface GraphOptions {
  /** A short name for people. */
  readonly title: string;
  /**
   * The graph's identity.
   *
   * @default a new unique id
   */
  readonly id?: string | undefined;
}

const NO_TASKS: readonly Task[] = [];
const OPTIONS: Checks<GraphOptions> = { title: checkString, id: checkText };

/**
 * Tasks and what comes after what: runs them in that order, as many at once as it may.
 *
 * @example
 * ```ts
 * import { Task, TaskExecutor, TaskGraph } from "@ttasks/core";
 *
 * const executor = TaskExecutor.empty();
 * executor.register("bash", ({ task }) => `ran ${task.title}`);
 *
 * const graph = new TaskGraph({ title: "release" });
 * const build = graph.add(Task.bash("make"));
 * const test = graph.add(Task.bash("make test"), { after: [build] });
 * await graph.run(executor);
 * console.log(graph.ok, graph.succeeded.length); // true 2
 * ```
 */
export class TaskGraph extends StoredObject {
  readonly #title: string;
  readonly #topology = new Topology();
  #runs: readonly Run[] = [];
  #journal: RunJournal | undefined;
  readonly #events = new EventBus<GraphEvent>();
  #isRunning = false;

  /** @throws {TypeError} when an option is unknown or not as expected */
  constructor(options: GraphOptions) {
    checkOptions("a graph", options, OPTIONS);
    super(options.id);
    this.#title = checkString("title", options.title);
  }

  /**
   * A graph from its stored form, its tasks by their ids, and its runs, oldest first.
   *
   * @throws {StoreError} when the document is not a graph's, or one of its tasks is missing
   */
  static fromJSON(document: unknown, tasks: ReadonlyMap<string, Task>, runs: readonly Run[] = []): TaskGraph {
    return readDocument("graph", document, (fields) => {
      const graph = new TaskGraph({ id: checkText("id", fields["id"]), title: fields["title"] as string });
      for (const entry of checkEntries("tasks", fields["tasks"])) {
        const task = tasks.get(entry.id);
        if (!task)
          throw new StoreError(
            "missing_task",
            `Task ${entry.id} of graph "${graph.title}" (${graph.id}) was deleted from the store`,
          );
        const links = entry.after.map((each) => (typeof each === "string" ? { id: each, on: undefined } : each));
        // A dependency that was not yet added when the graph was saved is known by its id only.
        const after = links.map(({ id }) => tasks.get(id) ?? { id, title: id });
        const conditions = links.map(({ on }) => on);
        graph.#insert(task, entry, after, conditions, ({ id }) => keyOfId(id));
      }
      graph.#runs = runs.slice(-MAX_NAMED);
      storedState(graph).revision = checkCount("revision", fields["revision"]);
      return graph;
    });
  }

  /** A short name for people; it never changes. */
  get title(): string {
    return this.#title;
  }

  /** All tasks, in the order in which they were added. */
  get tasks(): readonly Task[] {
    return [...this.#topology.tasks];
  }

  /** Whether every required task is done, and the latest run did not fail to keep that, or is skipped by its condition. */
  get ok(): boolean {
    const { tasks, isRequired } = this.#topology;
    const skips = this.#skips();
    return tasks.every(
      (task, place) => !isRequired[place] || (task.isDone && this.#refusalOf(task) === OPEN) || skips(task, place),
    );
  }

  /** The tasks that are done. */
  get succeeded(): readonly Task[] {
    return this.#topology.tasks.filter((task) => task.isDone);
  }

  /** The tasks that failed or timed out. */
  get failed(): readonly Task[] {
    return this.#topology.tasks.filter((task) => task.isFailed);
  }

  /** The tasks that were cancelled. */
  get cancelled(): readonly Task[] {
    return this.#topology.tasks.filter((task) => task.isCancelled);
  }

  /** The tasks that the latest run could not start because one that they come after, directly or not, did not succeed. Not stored. */
  get blocked(): readonly Task[] {
    return this.#topology.tasks.filter((task, place) => this.#journal?.outcomes[place] === BLOCKED && task.isPending);
  }

  /**
   * The tasks that do not start because of the condition under which they come after another: it failed, and they come after its success,
   * or the other way round. They stay pending; a task that comes after them whatever their end may start.
   */
  get skipped(): readonly Task[] {
    return this.#topology.tasks.filter(this.#skips());
  }

  /** What `execute` threw in the latest run, by the task's id: also for a task that could not start at all. Not stored. */
  get errors(): ReadonlyMap<string, Error> {
    return this.#journal?.errors ?? new Map<string, Error>();
  }

  /** The newest 100 runs, oldest first. */
  get runs(): readonly Run[] {
    return this.#runs;
  }

  /** What happens to the graph while it runs. */
  get events(): EventBus<GraphEvent> {
    return this.#events;
  }

  /**
   * What a task comes after, and on which ending. Those that are not in the graph are left out.
   *
   * @throws {GraphError} `unknown_task` when the task is not in the graph
   */
  dependencies(task: Task): readonly GraphDependency[] {
    const topology = this.#topology;
    const place = this.#placeOf(task);
    return topology
      .dependenciesOf(place, (index) => ({
        task: topology.dependency(index) as Task,
        on: topology.conditionOf(place, index),
      }))
      .filter((dependency) => isTask(dependency.task));
  }

  /** The tasks that come after none. */
  roots(): readonly Task[] {
    const topology = this.#topology;
    return topology.tasks.filter((_, place) => topology.startOf(place) === topology.endOf(place));
  }

  /** The tasks that none comes after. */
  leaves(): readonly Task[] {
    const followed = new Set<number>();
    for (let index = 0; index < this.#topology.dependencyCount; index++)
      followed.add(this.#topology.dependencyAt(index));
    return this.#topology.tasks.filter((_, place) => !followed.has(place));
  }

  /**
   * Adds a task.
   *
   * @returns the task
   * @throws {TypeError} when it is not a task, or an option is unknown or not as expected
   * @throws {GraphError} `duplicate_task` when its id is taken in this graph, `edge_condition` when it comes after the same task under two
   *   conditions, or is a finally task and has one, `graph_running` while the graph runs
   */
  add<T extends Task>(task: T, options: AddOptions = {}): T {
    checkTask("task", task);
    checkOptions("graph.add", options, ADD_OPTIONS);
    const after = [...(options.after ?? NO_TASKS)];
    const conditions = takeConditions(after);
    this.#assertIdle();
    this.#insert(task, options, after as Task[], conditions, keyOf);
    return task;
  }

  /**
   * Runs all tasks that are pending, each when those that it comes after are done; resolves when nothing runs and nothing more can start.
   * Tasks that are done count as satisfied, those that failed or were cancelled block as before, so a graph can be run again and extended.
   * One that something else is running is an error of this run, and blocks what comes after it.
   * It does not reject because a task failed: see `ok`, `failed`, `blocked` and `errors`.
   *
   * @throws {TypeError} when an option is unknown or not as expected
   * @throws {StoreError} when the executor is strict and the graph cannot be saved
   * @throws {GraphError} when the graph cannot run: a dependency is not in it, there is a cycle, an ordinary task comes after a finally
   *   one, a task is in a pool that `pools` does not have, or it is running already
   */
  async run(runner: GraphRunner, options: RunOptions = {}): Promise<this> {
    return this.#start(runner, "run", options);
  }

  /**
   * Runs some tasks again, in a new run: makes them pending, and then runs all that is pending as {@link TaskGraph.run} does. What is not
   * asked for keeps its state and its output.
   *
   * @throws {TypeError} when an option is unknown or not as expected, or neither or both of `failed` and `from` are given
   * @throws {GraphError} `unknown_task` when `from` is not in the graph, `task_running` when something else runs one of the tasks, and
   *   whatever `run` throws; nothing has changed then
   */
  async rerun(runner: GraphRunner, options: RerunOptions): Promise<this> {
    return this.#start(runner, "rerun", options);
  }

  /**
   * Goes on with a graph whose run was interrupted, in a new run: as {@link TaskGraph.run}, but the record says so. Recover the store
   * before, and read the graph from it after that.
   *
   * @throws {TypeError} when an option is unknown or not as expected
   * @throws {StoreError} and {@link GraphError} as `run` does
   */
  async resume(runner: GraphRunner, options: RunOptions = {}): Promise<this> {
    return this.#start(runner, "resume", options);
  }

  /**
   * Why a task is as it is: what it waits for, what blocks it, or why it was not started, down to what that began with.
   *
   * @throws {GraphError} `unknown_task` when the task is not in the graph
   */
  explain(task: Task): Explanation {
    return explain(this.#topology, this.#placeOf(task), this.#runs.at(-1), this.#journal);
  }

  /** The stored form of the graph: title, edges and flags; its tasks are documents of their own. */
  toJSON(): JsonObject {
    const topology = this.#topology;
    const tasks = topology.tasks.map(({ id }, place) => ({
      id,
      after: topology.dependenciesOf(place, (index) => {
        const { id: dependency } = topology.dependency(index);
        const on = topology.conditions.get(index);
        return on === undefined ? dependency : { id: dependency, on };
      }),
      finally: topology.isFinally[place],
      required: topology.isRequired[place],
      ...topology.scheduling.get(place),
    }));
    return { version: DOCUMENT_VERSION, id: this.id, revision: this.revision, title: this.title, tasks };
  }

  async #start(runner: GraphRunner, trigger: RunTrigger, options: RerunOptions): Promise<this> {
    const settings = runSettings(trigger, options);
    if (options.from) this.#placeOf(options.from);
    checkFunction("execute of the runner", (runner as Partial<GraphRunner> | undefined)?.execute);
    this.#assertIdle();
    this.#isRunning = true;
    let journal: RunJournal;
    try {
      const slices = new TimeSlices(settings.clock);
      const planned = await slices.run(planGraph(this.#topology, settings.pools), settings.signal);
      // Who asks for a rerun that cannot start loses no result.
      const plan = trigger === "rerun" && settings.signal?.aborted ? undefined : planned;
      const origin = {
        graphId: this.id,
        title: this.title,
        trigger,
        executorId: runner.id,
        rerunOf: trigger === "run" ? undefined : this.#runs.at(-1)?.id,
        reset: plan && trigger === "rerun" ? resetTasks(plan, options) : undefined,
        counts: await slices.run(countTasks(this.#topology.tasks)),
      };
      journal = this.#journal = new RunJournal(origin, this.#topology, settings, plan?.all, this.#events);
      this.#runs = [...this.#runs, journal.run].slice(-MAX_NAMED);
      await this.#play(journal, runner, plan, slices);
    } finally {
      this.#isRunning = false;
    }
    journal.emit({ type: "run_finished" });
    return this;
  }

  /** Without a plan, it was aborted before there was one: then nothing is stored. */
  async #play(journal: RunJournal, runner: GraphRunner, plan: Outcomes | undefined, slices: TimeSlices): Promise<void> {
    try {
      if (plan) await runner.saveGraph?.(this);
      journal.emit({ type: "run_started" });
      if (plan) await new GraphRun(plan, runner, journal).run();
    } finally {
      const counts = await slices.run(countTasks(this.#topology.tasks, journal.outcomes));
      journal.end(this.ok, plan !== undefined, counts);
    }
    if (plan) await runner.saveRun?.(journal.run);
  }

  #placeOf(task: Task): number {
    const place = this.#topology.placeOf(keyOf(checkTask("task", task)));
    if (place >= 0) return place;
    throw new GraphError("unknown_task", `Task "${task.title}" (${task.id}) is not in graph "${this.title}": add it`);
  }

  #assertIdle(): void {
    if (this.#isRunning)
      throw new GraphError("graph_running", `Graph "${this.title}" is running: wait until that run has ended`);
  }

  #refusalOf(task: Task): number {
    return this.#journal?.refusalOf(task) ?? OPEN;
  }

  /** Tells whether a task is skipped. */
  #skips(): (task: Task, place: number) => boolean {
    const topology = this.#topology;
    // Found out once, and only where there are conditions.
    let outcomes: Uint8Array | undefined;
    return (task, place) =>
      // One that was moved by hand runs all the same.
      task.isPending &&
      topology.conditions.size > 0 &&
      (outcomes ??= outcomesOf(topology, (each) => this.#refusalOf(each)))[place] === SKIPPED;
  }

  #insert<D extends Dependency>(
    task: Task,
    { finally: isFinally = false, required = true, pool, priority = 0 }: Omit<AddOptions, "after">,
    after: readonly D[],
    conditions: Conditions,
    key: (dependency: D) => Key,
  ): void {
    assertConditions(task, isFinally, after, conditions);
    const topology = this.#topology;
    const taken = topology.add(task, isFinally, required);
    if (taken)
      throw new GraphError(
        "duplicate_task",
        `Cannot add task "${task.title}" to graph "${this.title}": its id ${task.id} is taken by "${taken.title}"`,
      );
    if (pool !== undefined || priority !== 0)
      topology.scheduling.set(topology.tasks.length - 1, { pool, priority: priority || undefined });
    for (let index = 0; index < after.length; index++) {
      const dependency = after[index] as D;
      topology.addDependency(key(dependency), dependency, conditions?.[index]);
    }
  }
}

/** The ids of a stored graph's tasks. */
export function taskIdsOf(document: unknown): readonly string[] {
  return readDocument("graph", document, ({ tasks }) => checkEntries("tasks", tasks).map(({ id }) => id));
}
