import type { TaskGraph } from "../graph/task-graph.ts";
import { checkOptions } from "../internal/check-option.ts";
import { systemClock, type Clock } from "../internal/clock.ts";
import type { Task } from "../task/task.ts";
import { captureTask, checkTask, graphCodec, taskCodec } from "./codec.ts";
import { AsyncDocumentCollection, MapDocumentCollection } from "./document-collection.ts";
import { GroupCommit } from "./group-commit.ts";
import { asyncFlow, syncFlow } from "./mode.ts";
import type { GraphQuery, Store, TaskQuery } from "./store.ts";
import type { StoreDriver } from "./store-driver.ts";

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
  readonly tasks: MapDocumentCollection<Task, TaskQuery>;
  readonly graphs: MapDocumentCollection<TaskGraph, GraphQuery>;
  readonly #group: GroupCommit;

  constructor(driver: StoreDriver<"sync">, options: DocumentStoreOptions = {}) {
    checkOptions("a store", options, ["clock"]);
    const clock = options.clock ?? systemClock;
    this.#group = new GroupCommit(driver, (flush) => clock.defer(flush));
    const ordered = flushingDriver(driver, this.#group);
    this.tasks = new MapDocumentCollection(ordered, syncFlow, taskCodec(syncFlow));
    this.graphs = new MapDocumentCollection(ordered, syncFlow, graphCodec(syncFlow, ordered));
  }

  /** See {@link Store.record}: groups the writes of one turn of the event loop into one transaction. */
  record(task: Task, options?: { readonly immediate?: boolean | undefined }): void | Promise<void> {
    checkTask(task);
    if (options?.immediate !== true) return this.#recordInGroup(task);
    this.tasks.record(task);
  }

  /** Commits now what `record` has gathered; reads and direct writes do so by themselves. */
  flush(): void {
    this.#group.flush();
  }

  async #recordInGroup(task: Task): Promise<void> {
    const isDone = await this.#group.add(captureTask(task, task.revision));
    if (!isDone) this.tasks.resolveSkipped(task, true);
  }
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
  readonly tasks: AsyncDocumentCollection<Task, TaskQuery>;
  readonly graphs: AsyncDocumentCollection<TaskGraph, GraphQuery>;

  constructor(driver: StoreDriver<"async">) {
    const ordered = serialDriver(driver);
    this.tasks = new AsyncDocumentCollection(ordered, asyncFlow, taskCodec(asyncFlow));
    this.graphs = new AsyncDocumentCollection(ordered, asyncFlow, graphCodec(asyncFlow, ordered));
  }

  /** See {@link Store.record}. */
  async record(task: Task): Promise<void> {
    checkTask(task);
    await this.tasks.record(task);
  }
}

/** Whatever is done directly first commits what is gathered: reads see it, and the order of writes is kept. */
function flushingDriver(driver: StoreDriver<"sync">, group: GroupCommit): StoreDriver<"sync"> {
  const afterFlush = <A extends readonly unknown[], R>(call: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      group.flush();
      return call(...args);
    };
  };
  return {
    read: afterFlush((kind, ids) => driver.read(kind, ids)),
    scan: afterFlush((kind, filter) => driver.scan(kind, filter)),
    keys: afterFlush((kind) => driver.keys(kind)),
    count: afterFlush((kind, filter) => driver.count(kind, filter)),
    write: afterFlush((changes) => driver.write(changes)),
  };
}

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
