import { attempt } from "../internal/attempt.ts";
import { expected, type Check } from "../internal/check-option.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { MAX_NAMED, Run } from "../graph/run.ts";
import { TaskGraph, taskIdsOf } from "../graph/task-graph.ts";
import { storedState, type StoredObject, type StoredState } from "../task/stored-object.ts";
import { checkTask, tasksById } from "../task/check-task.ts";
import { Task } from "../task/task.ts";
import { after, collect } from "./flow.ts";
import type { Filterable } from "./matches-filter.ts";
import type { Mode, Returns } from "./mode.ts";
import { graphFilter, runFilter, taskFilter } from "./query.ts";
import type { GraphQuery, RunQuery, TaskQuery } from "./store.ts";
import type { Filter, Kind, LogChange, PutChange, StoreDriver } from "./store-driver.ts";

/** How objects of one kind are checked, asked for, and become documents and come back. */
export interface Codec<T, Q> {
  readonly kind: Kind;
  readonly check: Check<T>;
  /** The tasks and the runs that are stored with the object. */
  members(value: T): Members;
  /** What goes with the object: documents of this kind, whose `type` is its id. */
  readonly owned?: Kind;
  /** What a filter looks at. */
  view(value: T): Filterable;
  decode<M extends Mode>(document: JsonObject, driver: StoreDriver<M>): T | Returns<T>[M];
  filter(query: Q | undefined): Filter;
  /** The graph whose members alone are asked for. */
  graphOf(query: Q | undefined): string | undefined;
}

/** What is stored with an object. */
export interface Members {
  readonly tasks?: readonly Task[];
  readonly runs?: readonly Run[];
}

/** Tasks as documents. */
export const taskCodec: Codec<Task, TaskQuery> = {
  kind: "task",
  check: checkTask,
  members: () => ({}),
  view: (task) => task,
  decode: (document) => Task.fromJSON(document),
  filter: taskFilter,
  graphOf: (query) => query?.graph,
};

/** Graphs as documents; reading one reads its tasks and its newest runs as well. */
export const graphCodec: Codec<TaskGraph, GraphQuery> = {
  kind: "graph",
  check: (name, value) => {
    if (value instanceof TaskGraph) return value;
    throw expected(name, "a TaskGraph", value);
  },
  members: (graph) => graph,
  owned: "run",
  view: (graph) => graph,
  decode: <M extends Mode>(document: JsonObject, driver: StoreDriver<M>) =>
    after<M, readonly JsonObject[], TaskGraph>(driver.read("task", taskIdsOf(document)), (documents) => {
      const tasks = documents.map((task) => Task.fromJSON(task));
      const newest: Filter = { type: document["id"] as string, order: "desc", limit: MAX_NAMED };
      return after<M, readonly JsonObject[], TaskGraph>(collect<M, JsonObject>(driver.scan("run", newest)), (found) => {
        const runs = found.map((run) => Run.fromJSON(run)).reverse();
        return TaskGraph.fromJSON(document, tasksById("task", tasks), runs);
      });
    }),
  filter: graphFilter,
  graphOf: () => undefined,
};

/** Runs as documents. */
export const runCodec: Codec<Run, RunQuery> = {
  kind: "run",
  check: (name, value) => {
    if (value instanceof Run) return value;
    throw expected(name, "a Run", value);
  },
  members: () => ({}),
  view: (run) => ({ id: run.id, type: run.graphId, status: run.status }),
  decode: (document) => Run.fromJSON(document),
  filter: runFilter,
  graphOf: () => undefined,
};

/** The state of an object at some time, the put of it, and how to take back what the object was told of that. */
export class Capture {
  readonly #kind: Kind;
  readonly #id: string;
  readonly #document: JsonObject;
  readonly #state: StoredState;
  readonly #wasChanged: boolean;
  #known: number | "current" | undefined;
  #before: number;

  /**
   * @param known - the revision that is to be replaced (0: nothing is stored), `"current"`: the one that the object knows when the put has
   *   its turn. Without one, the put is skipped where the stored state is as new, or newer
   */
  constructor(kind: Kind, value: StoredObject, known?: number | "current") {
    const state = storedState(value);
    this.#kind = kind;
    this.#id = value.id;
    this.#document = value.toJSON();
    this.#state = state;
    this.#known = known;
    this.#before = state.revision;
    this.#wasChanged = state.isChanged;
    // Noted before the write, so that a change during the write is not taken for stored.
    state.isChanged = false;
  }

  /** The revision that is to be replaced; what it is first is known when the put has its turn. */
  get known(): number {
    return typeof this.#known === "number" ? this.#known : this.#before;
  }

  /** The put: asked for when it has its turn, and all earlier ones of the object have come to their end. */
  take(): PutChange {
    const state = this.#state;
    this.#before = state.revision;
    const isFenced = this.#known !== undefined;
    // Where nothing fences the put, it must not outdo what others have stored since.
    const base = isFenced ? Math.max(this.#before, this.known, doubtedRevision(state)) : this.#before;
    const revision = base + Number(this.#wasChanged || isFenced);
    state.revision = revision;
    (this.#document as { revision: number }).revision = revision;
    // Nothing stored is `null`, no condition is `undefined`.
    const ifRevision = isFenced ? this.known || null : undefined;
    return { op: "put", kind: this.#kind, id: this.#id, document: this.#document, revision, ifRevision };
  }

  /** The put was not done. */
  undo(): void {
    this.#state.revision = this.#before;
    this.#state.isChanged ||= this.#wasChanged;
  }

  /** It is not known whether the put was done. */
  doubt(): void {
    this.undo();
    const others = this.#state.doubted?.filter((document) => revisionOf(document) > this.#before) ?? [];
    this.#state.doubted = [...others, this.#document];
  }
}

/** The newest revision that may have been stored, though its write failed. */
function doubtedRevision({ doubted }: StoredState): number {
  // Most objects have none, and this is asked for each write.
  return doubted ? Math.max(0, ...doubted.map(revisionOf)) : 0;
}

/** Calls a write when all those before have come to their end; gives what it gives. */
type InTurn<M extends Mode> = <R>(write: (driver: StoreDriver<M>) => Returns<R>[M]) => Returns<R>[M];

/** How drivers that make writes one after the other let them wait for their turn. */
export const turns = new WeakMap<object, InTurn<"async">>();

/**
 * Makes the puts in one transaction, with changes of logs behind them, and takes back what was told of those that are not done.
 *
 * @returns the indexes of those that were skipped
 */
export function put<M extends Mode>(
  driver: () => StoreDriver<M>,
  captures: readonly Capture[],
  logged: readonly LogChange[] = [],
): Returns<readonly number[]>[M] {
  const failed = (error: unknown): never => {
    for (const each of captures) each.doubt();
    throw error;
  };
  const write = (target: StoreDriver<M>): Returns<readonly number[]>[M] => {
    const puts = captures.map((each) => each.take());
    // A driver that knows nothing of logs is never given any.
    const written = logged.length > 0 && target.logs ? target.logs.write([...puts, ...logged]) : target.write(puts);
    return after<M, readonly number[], readonly number[]>(written, (skipped) => {
      for (const index of skipped) captures[index]?.undo();
      return skipped;
    });
  };
  const start = (target: StoreDriver<M>): Returns<readonly number[]>[M] =>
    attempt(write, target, failed) as Returns<readonly number[]>[M];
  const target = driver();
  // A driver with turns answers with promises.
  const inTurn = turns.get(target) as InTurn<M> | undefined;
  return inTurn ? inTurn(start) : start(target);
}

/** The revision that a document says it is stored as. */
export function revisionOf(document: JsonObject | undefined): number {
  return (document?.["revision"] as number | undefined) ?? 0;
}

/** Whether what is stored is the object's own: a write that was told as failed, but was done. */
export function isOwnDocument({ doubted = [] }: StoredState, stored: JsonObject | undefined): boolean {
  return doubted.some((document) => JSON.stringify(document) === JSON.stringify(stored));
}
