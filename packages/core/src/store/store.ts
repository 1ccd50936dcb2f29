import type { Explanation } from "../graph/explanation.ts";
import type { Run, RunStatus } from "../graph/run.ts";
import type { TaskGraph } from "../graph/task-graph.ts";
import type { TaskStatus, TerminalStatus } from "../task/task-status.ts";
import type { Task } from "../task/task.ts";
import type { Leases } from "./leases.ts";
import type { TaskLogs } from "./log.ts";
import type { Mode, Returns, Walks } from "./mode.ts";

/** Which part of what was found is wanted. */
export interface Page {
  /**
   * `"asc"`: what was saved first comes first; `"desc"`: it comes last.
   *
   * @default "asc"
   */
  readonly order?: "asc" | "desc" | undefined;
  /**
   * So many are left out at the beginning.
   *
   * @default 0
   */
  readonly offset?: number | undefined;
  /**
   * At most so many.
   *
   * @default all
   */
  readonly limit?: number | undefined;
}

/** Which tasks to find; an absent field asks for all. */
export interface TaskQuery extends Page {
  /** The state, or one of several. */
  readonly status?: TaskStatus | readonly TaskStatus[] | undefined;
  readonly type?: string | undefined;
  /** Occurs in the title or the description, whatever the case. */
  readonly text?: string | undefined;
  /** Was made after this time. */
  readonly createdAfter?: Date | undefined;
  /** Was made before this time. */
  readonly createdBefore?: Date | undefined;
  /** The id of a graph that the task belongs to. */
  readonly graph?: string | undefined;
}

/** Which graphs to find; an absent field asks for all. */
export interface GraphQuery extends Page {
  /** Occurs in the title, whatever the case. */
  readonly text?: string | undefined;
}

/** Which runs to find; an absent field asks for all. */
export interface RunQuery extends Page {
  /** The id of the graph that ran. */
  readonly graph?: string | undefined;
  /** The state, or one of several. */
  readonly status?: RunStatus | readonly RunStatus[] | undefined;
}

/** What to remove. */
export interface PruneOptions {
  /** Tasks that ended before this time. */
  readonly olderThan: Date;
  /**
   * The state that they ended in, or one of several.
   *
   * @default ["done", "failed", "cancelled"]
   */
  readonly status?: TerminalStatus | readonly TerminalStatus[] | undefined;
}

/** How much was removed. */
export interface Pruned {
  readonly tasks: number;
  readonly graphs: number;
}

/** The tasks, the graphs or the runs of a store: the protocol of a `Map` from id to object, and `save find count`. In order of first save. */
export interface Collection<T, Q, M extends Mode = Mode> {
  /** The object of this id. */
  get(id: string): Returns<T | undefined>[M];
  /** Whether an object of this id, or of this object's id, is stored. */
  has(key: string | T): Returns<boolean>[M];
  /** As `save`; `id` must be the object's own. */
  set(id: string, value: T): Returns<this>[M];
  /** Stores the object as it is now under its own id, over whatever was stored before. */
  save(value: T): Returns<void>[M];
  /** Removes the object; tells whether it was stored. */
  delete(key: string | T): Returns<boolean>[M];
  /** Removes all objects of this collection. */
  clear(): Returns<void>[M];
  /** How many objects match. */
  count(query?: Q): Returns<number>[M];
  /** The objects that match. */
  find(query?: Q): Returns<T[]>[M];
  keys(): Walks<string>[M];
  values(): Walks<T>[M];
  entries(): Walks<[string, T]>[M];
  /** Calls `visit` with each object. */
  forEach(visit: (value: T, id: string) => void): Returns<void>[M];
}

/** A collection of a synchronous store: it can be used like a `Map`. */
export interface MapCollection<T, Q> extends Collection<T, Q, "sync"> {
  /** How many objects are stored. */
  readonly size: number;
  [Symbol.iterator](): IterableIterator<[string, T]>;
}

/** A collection of an asynchronous store: `for await` walks over its entries. */
export interface AsyncCollection<T, Q> extends Collection<T, Q, "async"> {
  [Symbol.asyncIterator](): AsyncIterableIterator<[string, T]>;
}

/** The collection of each mode. */
export interface Collections<T, Q> {
  sync: MapCollection<T, Q>;
  async: AsyncCollection<T, Q>;
}

/** What can be done with the tasks of a store beside that. */
export interface TaskRequests<M extends Mode = Mode> {
  /**
   * Cancels a task from anywhere: one that is pending is cancelled; one that runs is cancelled by its executor, in whatever process that
   * is, within a second.
   *
   * @returns `true` when it is cancelled, or its executor is asked to; `false` when it has ended, is not stored, or nobody runs it
   */
  requestCancel(id: string): Returns<boolean>[M];
}

/** The tasks of a store. */
export type TaskCollection<M extends Mode = Mode> = Collections<Task, TaskQuery>[M] & TaskRequests<M>;

/**
 * Where tasks, graphs and their runs are kept. `Store` alone means a store of either mode; `await` and `for await` work with both.
 *
 * @example
 * ```ts
 * import { InMemoryStore, Task, type Store } from "@ttasks/core";
 *
 * const store: Store = new InMemoryStore();
 * await store.tasks.save(Task.bash("make"));
 * for await (const task of store.tasks.values()) console.log(task.title);
 * ```
 */
export interface Store<M extends Mode = Mode> {
  readonly tasks: TaskCollection<M>;
  /**
   * Saving a graph saves its tasks and its newest 100 runs as well, in one transaction, but never an older state over a newer one. Deleting
   * it leaves its tasks and deletes all of its runs.
   */
  readonly graphs: Collections<TaskGraph, GraphQuery>[M];
  /** The records of the runs of graphs, in the order in which they started. */
  readonly runs: Collections<Run, RunQuery>[M];
  /**
   * What an executor calls at each transition. It takes the task's state at the call, may group the writes of several tasks, and has
   * resolved (returned) once they are durable. It refuses to write over a state that this task object has not seen.
   *
   * @param options.immediate - nothing else is in flight, so waiting for company is no use
   * @default absent: the executor calls `tasks.save`
   */
  record?(task: Task, options?: { readonly immediate?: boolean | undefined }): void | Promise<void>;
  /**
   * Removes old tasks, and the graphs that consist of nothing else, with their runs. The tasks of a graph go together or not at all.
   *
   * @default absent in stores of third parties that are no document stores
   */
  prune?(options: PruneOptions): Returns<Pruned>[M];
  /**
   * What tasks have printed. An executor writes it.
   *
   * @default absent in stores of third parties that are no document stores
   */
  readonly logs?: TaskLogs<M>;
  /**
   * Who runs the tasks of this store: with it, those of an executor that is gone can be recovered.
   *
   * @default absent in stores that end with their process, and in stores of third parties that are no document stores
   */
  readonly leases?: Leases<M>;
  /**
   * Why a task is as it is, as `graph.explain` tells it: of the graphs that hold the task, by the one that ran last. While that graph runs,
   * in this process or in another one, it is told from what is stored by then. `undefined` where no task of this id is stored.
   *
   * @default absent in stores of third parties that are no document stores
   */
  explain?(id: string): Returns<Explanation | undefined>[M];
}
