import { explainAlone } from "../graph/explain.ts";
import type { Explanation } from "../graph/explanation.ts";
import type { Run } from "../graph/run.ts";
import type { TaskGraph } from "../graph/task-graph.ts";
import { checkString } from "../internal/check-option.ts";
import type { Clock } from "../internal/clock.ts";
import { storedState, type StoredObject } from "../task/stored-object.ts";
import { checkTask } from "../task/check-task.ts";
import { taskInternals, type Task } from "../task/task.ts";
import { cancelPendingTask } from "./cancel-requests.ts";
import { graphCodec, runCodec, taskCodec, type Codec, type Members } from "./codec.ts";
import { checkKey, idOf, staleRevision } from "./document-collection.ts";
import type { TaskLogs } from "./log.ts";
import { matchesFilter } from "./matches-filter.ts";
import { MemoryLogs } from "./memory-logs.ts";
import { planPrune, prunableStatuses } from "./prune.ts";
import type { Filter, Kind } from "./store-driver.ts";
import { clockOf, type StoreOptions } from "./store-options.ts";
import { StoredLogs } from "./stored-logs.ts";
import type {
  GraphQuery,
  MapCollection,
  Pruned,
  PruneOptions,
  RunQuery,
  Store,
  TaskCollection,
  TaskQuery,
  TaskRequests,
} from "./store.ts";

/** What a collection asks of the others of its store. */
interface Neighbours {
  /** Saves what is stored with an object. */
  save(members: Members): void;
  /** Deletes what goes with the object of this id, or with every one. */
  deleteOwned(kind: Kind, id?: string): void;
  graph(id: string): TaskGraph | undefined;
}

class LiveCollection<T extends StoredObject, Q> extends Map<string, T> implements MapCollection<T, Q> {
  readonly #codec: Codec<T, Q>;
  readonly #others: Neighbours;

  constructor(codec: Codec<T, Q>, others: Neighbours) {
    super();
    this.#codec = codec;
    this.#others = others;
  }

  override has(key: string | T): boolean {
    return super.has(idOf(key));
  }

  override set(id: string, value: T): this {
    this.#check(value);
    checkKey(id, value);
    this.save(value);
    return this;
  }

  override delete(key: string | T): boolean {
    const id = idOf(key);
    this.#others.deleteOwned(this.#codec.kind, id);
    return super.delete(id);
  }

  override clear(): void {
    this.#others.deleteOwned(this.#codec.kind);
    super.clear();
  }

  save(value: T): void {
    this.#check(value);
    this.#others.save(this.#codec.members(value));
    const state = storedState(value);
    state.revision = Math.max(state.revision, this.get(value.id)?.revision ?? 0) + 1;
    state.isChanged = false;
    super.set(value.id, value);
  }

  find(query?: Q): T[] {
    const { order, offset = 0, limit = Infinity, ...filter } = this.#filter(query);
    const found: T[] = [];
    for (const value of this.values()) {
      // From the end, the first ones are not known before all were seen.
      if (order !== "desc" && found.length >= offset + limit) break;
      if (matchesFilter(this.#codec.view(value), filter)) found.push(value);
    }
    if (order === "desc") found.reverse();
    return found.slice(offset, offset + limit);
  }

  count(query?: Q): number {
    return this.find(query).length;
  }

  #filter(query: Q | undefined): Filter {
    const filter = this.#codec.filter(query);
    const graph = this.#codec.graphOf(query);
    return graph === undefined ? filter : { ...filter, ids: idsOf(this.#others.graph(graph)?.tasks ?? []) };
  }

  #check(value: unknown): void {
    this.#codec.check(this.#codec.kind, value);
  }
}

/** The tasks: they are live, so that whatever runs one can be told at once. */
class LiveTasks extends LiveCollection<Task, TaskQuery> implements TaskRequests<"sync"> {
  readonly #clock: Clock;

  constructor(codec: Codec<Task, TaskQuery>, others: Neighbours, clock: Clock) {
    super(codec, others);
    this.#clock = clock;
  }

  requestCancel(id: string): boolean {
    const task = this.get(checkString("id", id));
    if (task?.isPending === true) {
      cancelPendingTask(task, this.#clock.now());
      this.save(task);
      return true;
    }
    const run = task?.isRunning === true ? taskInternals.runOf(task) : undefined;
    run?.cancel();
    return run !== undefined;
  }
}

/** Another object of the same id may stand for a newer state. */
function saveMember<T extends StoredObject, Q>(collection: MapCollection<T, Q>, value: T): void {
  const stored = collection.get(value.id);
  const { revision, isChanged } = storedState(value);
  if (stored === undefined || (stored !== value && stored.revision < revision + Number(isChanged)))
    collection.save(value);
}

function idsOf(tasks: readonly Task[]): ReadonlySet<string> {
  return new Set(tasks.map(({ id }) => id));
}

/**
 * A store that keeps the live objects themselves: what it gives back is what was saved. It ends with the process.
 *
 * @example
 * ```ts
 * import { InMemoryStore, Task } from "@ttasks/core";
 *
 * const store = new InMemoryStore();
 * const task = Task.bash("echo hi");
 * store.tasks.save(task);
 * console.log(store.tasks.get(task.id) === task); // true
 * ```
 */
export class InMemoryStore implements Store<"sync"> {
  readonly #others: Neighbours = {
    save: ({ tasks = [], runs = [] }) => {
      for (const task of tasks) saveMember(this.tasks, task);
      for (const run of runs) saveMember(this.runs, run);
    },
    deleteOwned: (kind, id) => {
      if (kind === "task") this.#logs.delete(id);
      if (kind === "graph") for (const run of this.runs.find({ graph: id })) this.runs.delete(run);
    },
    graph: (id) => this.graphs.get(id),
  };

  readonly #logs = new MemoryLogs();

  readonly tasks: TaskCollection<"sync">;
  readonly #tasks: LiveTasks;
  readonly graphs: MapCollection<TaskGraph, GraphQuery> = new LiveCollection(graphCodec, this.#others);
  readonly runs: MapCollection<Run, RunQuery> = new LiveCollection(runCodec, this.#others);
  readonly logs: TaskLogs<"sync">;

  constructor(options: StoreOptions = {}) {
    const clock = clockOf(options);
    this.#tasks = new LiveTasks(taskCodec, this.#others, clock);
    this.tasks = this.#tasks;
    this.logs = new StoredLogs<"sync">(
      (id, filter) => this.#logs.read(id, filter),
      (id) => this.tasks.get(id),
      (change) => {
        if (this.tasks.has(change.id)) this.#logs.append(change);
      },
      clock,
    );
  }

  /** See {@link Store.record}. What this object is saved as is seen by all who have read it. */
  record(task: Task): void {
    checkTask("task", task);
    const stored = this.#tasks.get(task.id);
    if (stored !== undefined && stored !== task && stored.revision > task.revision)
      throw staleRevision("task", task, task.revision, stored.revision);
    this.#tasks.save(task);
  }

  /** See {@link Store.explain}. */
  explain(id: string): Explanation | undefined {
    checkString("id", id);
    const ranAt = ({ runs }: TaskGraph): number => runs.at(-1)?.startedAt.getTime() ?? 0;
    let found: { readonly graph: TaskGraph; readonly task: Task } | undefined;
    for (const graph of this.graphs.values()) {
      const task = graph.tasks.find((member) => member.id === id);
      if (task && (!found || ranAt(graph) >= ranAt(found.graph))) found = { graph, task };
    }
    if (found) return found.graph.explain(found.task);
    const task = this.tasks.get(id);
    return task && explainAlone(task);
  }

  /** See {@link Store.prune}. */
  prune(options: PruneOptions): Pruned {
    const status = prunableStatuses(options);
    const old = this.tasks
      .find({ status })
      .filter((task) => (task.result?.finishedAt ?? task.createdAt) < options.olderThan);
    const graphs = Array.from(this.graphs.values(), ({ id, tasks }) => ({ id, tasks: [...idsOf(tasks)] }));
    const plan = planPrune([...idsOf(old)], graphs);
    for (const id of plan.graphs) this.graphs.delete(id);
    for (const id of plan.tasks) this.tasks.delete(id);
    return { tasks: plan.tasks.length, graphs: plan.graphs.length };
  }
}
