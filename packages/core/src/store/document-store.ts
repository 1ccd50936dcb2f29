import type { Explanation } from "../graph/explanation.ts";
import type { Run } from "../graph/run.ts";
import type { TaskGraph } from "../graph/task-graph.ts";
import { checkString } from "../internal/check-option.ts";
import type { Clock } from "../internal/clock.ts";
import { checkTask } from "../task/check-task.ts";
import type { Task } from "../task/task.ts";
import { Capture, graphCodec, put, runCodec, turns } from "./codec.ts";
import { AsyncDocumentCollection, MapDocumentCollection } from "./document-collection.ts";
import { explainStored } from "./explain-stored.ts";
import type { Leases } from "./leases.ts";
import type { TaskLogs } from "./log.ts";
import { pruneDocuments } from "./prune-documents.ts";
import { clockOf, type StoreOptions } from "./store-options.ts";
import { StoredLeases } from "./stored-leases.ts";
import { StoredLogs } from "./stored-logs.ts";
import type {
  AsyncCollection,
  GraphQuery,
  MapCollection,
  Pruned,
  PruneOptions,
  RunQuery,
  Store,
  TaskCollection,
} from "./store.ts";
import type { LogChange, StoreDriver } from "./store-driver.ts";
import { AsyncTaskCollection, MapTaskCollection } from "./task-collections.ts";

/** For how long a group that failed is tried one by one, once one has failed again. */
const RETRY_MS = 500;

/** What `new DocumentStore` takes beside its driver. */
export type DocumentStoreOptions = StoreOptions;

/**
 * A synchronous store over a driver of JSON documents.
 *
 * @example
 * ```ts
 * import { DocumentStore, type StoreDriver } from "@ttasks/core";
 *
 * class MyStore extends DocumentStore {
 *   constructor(driver: StoreDriver<"sync">) {
 *     super(driver);
 *   }
 * }
 * ```
 */
export class DocumentStore implements Store<"sync"> {
  readonly tasks: TaskCollection<"sync">;
  readonly graphs: MapCollection<TaskGraph, GraphQuery>;
  readonly runs: MapCollection<Run, RunQuery>;
  readonly logs: TaskLogs<"sync">;
  readonly leases: Leases<"sync">;
  readonly #tasks: MapTaskCollection;
  readonly #driver: StoreDriver<"sync">;
  readonly #flushed: () => StoreDriver<"sync">;
  readonly #clock: Clock;
  /** What `record` has gathered in this turn of the event loop. */
  #group = new Map<Task, GroupMember>();
  /** What is to be added to logs together with that. */
  #logged: LoggedChange[] = [];

  constructor(driver: StoreDriver<"sync">, options: DocumentStoreOptions = {}) {
    this.#driver = driver;
    this.#clock = clockOf(options);
    // Whatever is done directly first commits what is gathered: reads see it, and the order of writes is kept.
    this.#flushed = () => {
      this.flush();
      return driver;
    };
    this.#tasks = new MapTaskCollection(this.#flushed, this.#clock);
    this.tasks = this.#tasks;
    this.leases = new StoredLeases<"sync">(this.#flushed);
    this.graphs = new MapDocumentCollection(this.#flushed, graphCodec);
    this.runs = new MapDocumentCollection(this.#flushed, runCodec);
    this.logs = new StoredLogs<"sync">(
      driver.logs && ((id, filter) => this.#flushed().logs?.read(id, filter) ?? []),
      (id) => this.tasks.get(id),
      (change) => this.#log(change),
      this.#clock,
    );
  }

  /** See {@link Store.record}: makes one transaction of what comes in one turn of the event loop, so that the disk is waited for once. */
  record(task: Task, options?: { readonly immediate?: boolean | undefined }): void | Promise<void> {
    checkTask("task", task);
    const isImmediate = options?.immediate === true;
    if (isImmediate && this.#logged.length === 0) {
      this.#tasks.record(task);
      return undefined;
    }
    // The state before must be known to be stored, or not.
    if (this.#group.has(task)) this.flush();
    const capture = new Capture("task", task, "current");
    return new Promise((resolve, reject) => {
      this.#group.set(task, { task, capture, resolve, reject });
      if (isImmediate) this.flush();
      else this.#defer();
    });
  }

  #log(change: LogChange): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#logged.push({ change, resolve, reject });
      this.#defer();
    });
  }

  /** Commits at the end of the turn what is gathered, if it begins to be. */
  #defer(): void {
    if (this.#group.size + this.#logged.length === 1) this.#clock.defer(() => this.flush());
  }

  /** See {@link Store.prune}. */
  prune(options: PruneOptions): Pruned {
    return pruneDocuments<"sync">(this.#flushed(), options);
  }

  /** See {@link Store.explain}. */
  explain(id: string): Explanation | undefined {
    return explainStored<"sync">(this.#flushed(), checkString("id", id));
  }

  /** Commits now what `record` has gathered; reads and direct writes do so by themselves. What fails is told to those who wait for it. */
  flush(): void {
    const group = [...this.#group.values()];
    const logged = this.#logged;
    if (group.length + logged.length === 0) return;
    this.#group = new Map();
    this.#logged = [];
    let skipped: ReadonlySet<number> | undefined;
    try {
      const captures = group.map(({ capture }) => capture);
      const changes = logged.map(({ change }) => change);
      skipped = new Set(put(() => this.#driver, captures, changes));
    } catch {
      // Each is tried alone.
    }
    const deadline = this.#clock.monotonic() + RETRY_MS;
    let failure: { readonly error: unknown } | undefined;
    const settle = ({ resolve, reject }: Waiting, isDone: boolean | undefined, tryAlone: () => void): void => {
      try {
        // Once more and alone: one bad document must fail its own task only. A store that is locked must not be waited for again and again.
        if (isDone !== true) {
          if (failure && this.#clock.monotonic() > deadline) throw failure.error;
          tryAlone();
        }
        resolve();
      } catch (error) {
        failure = { error };
        reject(error);
      }
    };
    // Logs first: what a task has printed is stored no later than its end.
    for (const each of logged) settle(each, skipped !== undefined, () => put(() => this.#driver, [], [each.change]));
    group.forEach((each, index) => settle(each, skipped && !skipped.has(index), () => this.#tasks.record(each.task)));
  }
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface LoggedChange extends Waiting {
  readonly change: LogChange;
}

interface GroupMember extends Waiting {
  readonly task: Task;
  readonly capture: Capture;
}

/**
 * A store over a driver that answers with promises. Writes are made one after the other, and reads see those that were called before.
 *
 * @example
 * ```ts
 * import { AsyncDocumentStore, type StoreDriver } from "@ttasks/core";
 *
 * class MyStore extends AsyncDocumentStore {
 *   constructor(driver: StoreDriver<"async">) {
 *     super(driver);
 *   }
 * }
 * ```
 */
export class AsyncDocumentStore implements Store<"async"> {
  readonly tasks: TaskCollection<"async">;
  readonly graphs: AsyncCollection<TaskGraph, GraphQuery>;
  readonly runs: AsyncCollection<Run, RunQuery>;
  readonly logs: TaskLogs<"async">;
  readonly leases: Leases<"async">;
  readonly #tasks: AsyncTaskCollection;
  readonly #driver: StoreDriver<"async">;

  constructor(driver: StoreDriver<"async">, options: StoreOptions = {}) {
    const clock = clockOf(options);
    const serial = serialDriver(driver);
    this.#driver = serial;
    this.#tasks = new AsyncTaskCollection(() => serial, clock);
    this.tasks = this.#tasks;
    this.leases = new StoredLeases<"async">(() => serial);
    this.graphs = new AsyncDocumentCollection(() => serial, graphCodec);
    this.runs = new AsyncDocumentCollection(() => serial, runCodec);
    const { logs } = serial;
    this.logs = new StoredLogs<"async">(
      logs && ((id, filter) => logs.read(id, filter)),
      (id) => this.tasks.get(id),
      async (change) => {
        await put<"async">(() => serial, [], [change]);
      },
      clock,
    );
  }

  /** See {@link Store.record}. */
  async record(task: Task): Promise<void> {
    checkTask("task", task);
    await this.#tasks.record(task);
  }

  /** See {@link Store.explain}. */
  async explain(id: string): Promise<Explanation | undefined> {
    return explainStored<"async">(this.#driver, checkString("id", id));
  }

  /** See {@link Store.prune}. */
  async prune(options: PruneOptions): Promise<Pruned> {
    return pruneDocuments<"async">(this.#driver, options);
  }
}

/** Makes writes one after the other, and reads after the writes that were called before. */
function serialDriver(driver: StoreDriver<"async">): StoreDriver<"async"> {
  let written: Promise<unknown> = Promise.resolve();
  const afterWrites = <R>(call: () => Promise<R>): Promise<R> => written.then(call, call);
  async function* walk<T>(start: () => AsyncIterableIterator<T>): AsyncIterableIterator<T> {
    await written.catch(() => undefined);
    yield* start();
  }
  const { logs } = driver;
  const write = <R>(start: () => Promise<R>): Promise<R> => {
    const writing = afterWrites(start);
    written = writing;
    return writing;
  };
  const serial: StoreDriver<"async"> = {
    read: (kind, ids) => afterWrites(() => driver.read(kind, ids)),
    scan: (kind, filter) => walk(() => driver.scan(kind, filter)),
    keys: (kind) => walk(() => driver.keys(kind)),
    count: (kind, filter) => afterWrites(() => driver.count(kind, filter)),
    write: (changes) => write(() => driver.write(changes)),
    logs: logs && {
      read: (id, filter) => afterWrites(() => logs.read(id, filter)),
      write: (changes) => write(() => logs.write(changes)),
    },
  };
  turns.set(serial, (start) => write(() => start(driver)));
  return serial;
}
