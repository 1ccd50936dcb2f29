import { GraphError } from "../errors/graph-errors.ts";
import { checkOptions, checkString, checkText, expected } from "../internal/check-option.ts";
import { createId } from "../internal/create-id.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { TimeSlices } from "../internal/time-slices.ts";
import { Task } from "../task/task.ts";
import { graphDocument, readGraphDocument } from "./graph-document.ts";
import type { GraphEntry } from "./graph-entry.ts";
import { checkAddOptions, runSettings, type AddOptions, type RunOptions } from "./graph-options.ts";
import { planGraph } from "./graph-plan.ts";
import { GraphRun, type RunRecord } from "./graph-run.ts";
import type { TaskRunner } from "./task-runner.ts";

/** A {@link TaskRunner} that can also keep a graph. */
export interface GraphRunner extends TaskRunner {
  /**
   * Called once at the start of a run, before the first task: keeps the graph and its tasks. It must not throw for a store that fails.
   *
   * @default absent: nothing is kept
   */
  saveGraph?(graph: TaskGraph): void | Promise<void>;
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

/** What stores do with a graph and its users cannot. */
export interface GraphInternals {
  /** Notes the revision that was stored last. */
  stored(graph: TaskGraph, revision: number): void;
}

/** The doors into {@link TaskGraph} for the rest of this package; they are no part of its public face. */
export let graphInternals: GraphInternals;

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
export class TaskGraph {
  /** The graph's identity; it never changes. */
  readonly id: string;
  /** A short name for people. */
  readonly title: string;
  readonly #entries = new Map<string, GraphEntry>();
  #record: RunRecord = { blocked: new Set(), errors: new Map() };
  #isRunning = false;
  #revision = 0;

  /** @throws {TypeError} when an option is unknown or not as expected */
  constructor(options: GraphOptions) {
    checkOptions("a graph", options, ["title", "id"]);
    checkString("title", options.title);
    if (options.id !== undefined) checkText("id", options.id);
    this.title = options.title;
    this.id = options.id ?? createId();
  }

  /**
   * A graph from its stored form and its tasks by their ids.
   *
   * @throws {StoreError} when the document is not a graph's, or one of its tasks is missing
   */
  static fromJSON(document: unknown, tasks: ReadonlyMap<string, Task>): TaskGraph {
    const { id, title, revision, entries } = readGraphDocument(document, tasks);
    const graph = new TaskGraph({ id, title });
    for (const entry of entries) graph.#entries.set(entry.task.id, entry);
    graph.#revision = revision;
    return graph;
  }

  /** All tasks, in the order in which they were added. */
  get tasks(): readonly Task[] {
    return this.#select(() => true);
  }

  /** How often the graph was stored; 0 for a graph that no store has seen. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether every required task is done. */
  get ok(): boolean {
    for (const { task, required } of this.#entries.values()) if (required && !task.isDone) return false;
    return true;
  }

  /** The tasks that are done. */
  get succeeded(): readonly Task[] {
    return this.#select(({ task }) => task.isDone);
  }

  /** The tasks that failed or timed out. */
  get failed(): readonly Task[] {
    return this.#select(({ task }) => task.isFailed);
  }

  /** The tasks that were cancelled. */
  get cancelled(): readonly Task[] {
    return this.#select(({ task }) => task.isCancelled);
  }

  /** The tasks that the latest run could not start because one that they come after, directly or not, did not succeed. Not stored. */
  get blocked(): readonly Task[] {
    return this.#select(({ task }) => this.#record.blocked.has(task));
  }

  /** What `execute` threw in the latest run, by the task's id: also for a task that could not start at all. Not stored. */
  get errors(): ReadonlyMap<string, Error> {
    return this.#record.errors;
  }

  /** The tasks that come after none. */
  roots(): readonly Task[] {
    return this.#select(({ after }) => after.length === 0);
  }

  /** The tasks that none comes after. */
  leaves(): readonly Task[] {
    const followed = new Set<string>();
    for (const { after } of this.#entries.values()) for (const { id } of after) followed.add(id);
    return this.#select(({ task }) => !followed.has(task.id));
  }

  /**
   * Adds a task.
   *
   * @returns the task
   * @throws {TypeError} when it is not a task, or an option is unknown or not as expected
   * @throws {GraphError} `duplicate_task` when its id is taken in this graph, `graph_running` while the graph runs
   */
  add<T extends Task>(task: T, options: AddOptions = {}): T {
    if (!(task instanceof Task)) throw expected("task", "a Task", task);
    checkAddOptions(options);
    const after = uniqueTasks(options.after ?? []);
    if (this.#isRunning)
      throw new GraphError("graph_running", `Cannot add task "${task.title}" to graph "${this.title}" while it runs`);
    const taken = this.#entries.get(task.id)?.task;
    if (taken)
      throw new GraphError(
        "duplicate_task",
        taken === (task as Task)
          ? `Task "${task.title}" is in graph "${this.title}" already`
          : `The id ${task.id} of task "${task.title}" is taken in graph "${this.title}" by task "${taken.title}"`,
      );
    this.#entries.set(task.id, {
      index: this.#entries.size,
      task,
      after,
      finally: options.finally ?? false,
      required: options.required ?? true,
    });
    return task;
  }

  /**
   * Runs all tasks that are pending, each when those that it comes after are done; resolves when nothing runs and nothing more can start.
   * Tasks that are done count as satisfied, those that failed or were cancelled block as before, so a graph can be run again and extended.
   * It does not reject because a task failed: see `ok`, `failed`, `blocked` and `errors`.
   *
   * @throws {TypeError} when an option is unknown or not as expected
   * @throws {GraphError} when the graph cannot run: a dependency is not in it, there is a cycle, an ordinary task comes after a finally
   *   one, or it is running already
   */
  async run(runner: GraphRunner, options: RunOptions = {}): Promise<this> {
    if (typeof (runner as Partial<GraphRunner> | null)?.execute !== "function")
      throw expected("runner", "a TaskExecutor", runner);
    const settings = runSettings(options);
    if (this.#isRunning)
      throw new GraphError("graph_running", `Graph "${this.title}" is running already: await that run first`);
    this.#isRunning = true;
    try {
      const plan = await new TimeSlices(settings.clock).run(planGraph(this.#entries));
      this.#record = { blocked: new Set(), errors: new Map() };
      await runner.saveGraph?.(this);
      await new GraphRun(plan, runner, settings, this.#record).run();
    } finally {
      this.#isRunning = false;
    }
    return this;
  }

  /** The stored form of the graph: title, edges and flags; its tasks are documents of their own. */
  toJSON(): JsonObject {
    return graphDocument(this.id, this.title, this.#revision, this.#entries.values());
  }

  #select(matches: (entry: GraphEntry) => boolean): readonly Task[] {
    const tasks: Task[] = [];
    for (const entry of this.#entries.values()) if (matches(entry)) tasks.push(entry.task);
    return tasks;
  }

  static {
    graphInternals = {
      stored: (graph, revision) => {
        graph.#revision = revision;
      },
    };
  }
}

const NO_TASKS: readonly Task[] = [];

function uniqueTasks(after: Iterable<Task>): readonly Task[] {
  if (typeof after !== "object" || !(Symbol.iterator in after)) throw expected("after", "an array of tasks", after);
  const tasks = new Map<string, Task>();
  for (const task of after) {
    if (!(task instanceof Task)) throw expected("after", "an array of tasks", task);
    tasks.set(task.id, task);
  }
  return tasks.size === 0 ? NO_TASKS : [...tasks.values()];
}
