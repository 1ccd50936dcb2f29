import type { Run } from "../graph/run.ts";
import type { TaskGraph } from "../graph/task-graph.ts";
import { checkOptions, unchecked } from "../internal/check-option.ts";
import { systemClock, type Clock } from "../internal/clock.ts";
import { checkTask, type Task } from "../task/task.ts";
import { Capture, graphCodec, put, runCodec, taskCodec } from "./codec.ts";
import { AsyncDocumentCollection, MapDocumentCollection } from "./document-collection.ts";
import { pruneDocuments } from "./prune-documents.ts";
import type {
  AsyncCollection,
  GraphQuery,
  MapCollection,
  Pruned,
  PruneOptions,
  RunQuery,
  Store,
  TaskQuery,
} from "./store.ts";
import type { StoreDriver } from "./store-driver.ts";

/** For how long a group that failed is tried one by one, once one has failed again. */
const RETRY_MS = 500;

/** What `new DocumentStore` takes beside its driver. */
export interface DocumentStoreOptions {
  /**
   * Where the store takes the end of a turn of the event loop from, when it commits what `record` gathered.
   *
   * @default the runtime's own time
   */
  readonly clock?: Clock | undefined;
}

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
  readonly tasks: MapCollection<Task, TaskQuery>;
  readonly graphs: MapCollection<TaskGraph, GraphQuery>;
  readonly runs: MapCollection<Run, RunQuery>;
  readonly #tasks: MapDocumentCollection<Task, TaskQuery>;
  readonly #driver: StoreDriver<"sync">;
  readonly #flushed: () => StoreDriver<"sync">;
  readonly #clock: Clock;
  /** What `record` has gathered in this turn of the event loop. */
  #group = new Map<Task, GroupMember>();

  constructor(driver: StoreDriver<"sync">, options: DocumentStoreOptions = {}) {
    checkOptions("a store", options, { clock: unchecked });
    this.#driver = driver;
    this.#clock = options.clock ?? systemClock;
    // Whatever is done directly first commits what is gathered: reads see it, and the order of writes is kept.
    this.#flushed = () => {
      this.flush();
      return driver;
    };
    this.#tasks = new MapDocumentCollection(this.#flushed, taskCodec);
    this.tasks = this.#tasks;
    this.graphs = new MapDocumentCollection(this.#flushed, graphCodec);
    this.runs = new MapDocumentCollection(this.#flushed, runCodec);
  }

  /** See {@link Store.record}: makes one transaction of what comes in one turn of the event loop, so that the disk is waited for once. */
  record(task: Task, options?: { readonly immediate?: boolean | undefined }): void | Promise<void> {
    checkTask("task", task);
    if (options?.immediate === true) {
      this.#tasks.record(task);
      return undefined;
    }
    // The state before must be known to be stored, or not.
    if (this.#group.has(task)) this.flush();
    const captured = new Capture("task", task, task.revision);
    return new Promise((resolve, reject) => {
      if (this.#group.set(task, { capture: captured, resolve, reject }).size === 1)
        this.#clock.defer(() => this.flush());
    });
  }

  /** See {@link Store.prune}. */
  prune(options: PruneOptions): Pruned {
    return pruneDocuments<"sync">(this.#flushed(), options);
  }

  /** Commits now what `record` has gathered; reads and direct writes do so by themselves. What fails is told to those who wait for it. */
  flush(): void {
    const group = [...this.#group];
    if (group.length === 0) return;
    this.#group = new Map();
    let skipped: ReadonlySet<number> | undefined;
    try {
      const captures = group.map(([, { capture }]) => capture);
      skipped = new Set(put(() => this.#driver, captures));
    } catch {
      // Each is tried alone.
    }
    const deadline = this.#clock.monotonic() + RETRY_MS;
    let failure: { readonly error: unknown } | undefined;
    for (const [index, [task, { resolve, reject }]] of group.entries()) {
      try {
        // Once more and alone: one bad document must fail its own task only. A store that is locked must not be waited for again and again.
        if (skipped?.has(index) ?? true) {
          if (failure && this.#clock.monotonic() > deadline) throw failure.error;
          this.#tasks.record(task);
        }
        resolve();
      } catch (error) {
        failure = { error };
        reject(error);
      }
    }
  }
}

interface GroupMember {
  readonly capture: Capture;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
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
  readonly tasks: AsyncCollection<Task, TaskQuery>;
  readonly graphs: AsyncCollection<TaskGraph, GraphQuery>;
  readonly runs: AsyncCollection<Run, RunQuery>;
  readonly #tasks: AsyncDocumentCollection<Task, TaskQuery>;
  readonly #driver: StoreDriver<"async">;

  constructor(driver: StoreDriver<"async">) {
    const serial = serialDriver(driver);
    this.#driver = serial;
    this.#tasks = new AsyncDocumentCollection(() => serial, taskCodec);
    this.tasks = this.#tasks;
    this.graphs = new AsyncDocumentCollection(() => serial, graphCodec);
    this.runs = new AsyncDocumentCollection(() => serial, runCodec);
  }

  /** See {@link Store.record}. */
  async record(task: Task): Promise<void> {
    checkTask("task", task);
    await this.#tasks.record(task);
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
  return {
    read: (kind, ids) => afterWrites(() => driver.read(kind, ids)),
    scan: (kind, filter) => walk(() => driver.scan(kind, filter)),
    keys: (kind) => walk(() => driver.keys(kind)),
    count: (kind, filter) => afterWrites(() => driver.count(kind, filter)),
    write: (changes) => {
      const result = afterWrites(() => driver.write(changes));
      written = result;
      return result;
    },
  };
}
