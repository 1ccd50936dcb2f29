import { checkString, isObject } from "../internal/check-option.ts";
import { StoreError } from "../errors/store-errors.ts";
import { taskIdsOf } from "../graph/task-graph.ts";
import { attempt } from "../internal/attempt.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { storedState, type StoredObject } from "../task/stored-object.ts";
import { Capture, isOwnDocument, put, revisionOf, type Codec } from "./codec.ts";
import { storeDoubted } from "./doubted-members.ts";
import { after, collect, walk } from "./flow.ts";
import type { Mode, Returns, Walks } from "./mode.ts";
import type { AsyncCollection, Collection, MapCollection } from "./store.ts";
import type { Change, Filter, Kind, StoreDriver } from "./store-driver.ts";

/** Others may write between a look and a write; who is always late meets a damaged store. */
export const MAX_TRIES = 20;

/** The collection protocol over a driver's documents: what it reads are detached snapshots. */
export class DocumentCollection<T extends StoredObject, Q, M extends Mode> implements Collection<T, Q, M> {
  readonly #driver: () => StoreDriver<M>;
  readonly #codec: Codec<T, Q>;

  /** @param driver - asked for at each use, so that a store can first commit what it has gathered */
  constructor(driver: () => StoreDriver<M>, codec: Codec<T, Q>) {
    this.#driver = driver;
    this.#codec = codec;
  }

  get(id: string): Returns<T | undefined>[M] {
    checkString("id", id);
    return after<M, readonly JsonObject[], T | undefined>(this.#read(id), ([document]) =>
      document === undefined ? undefined : this.#codec.decode(document, this.#driver()),
    );
  }

  has(key: string | T): Returns<boolean>[M] {
    return after<M, readonly JsonObject[], boolean>(this.#read(idOf(key)), (documents) => documents.length > 0);
  }

  set(id: string, value: T): Returns<this>[M] {
    this.#check(value);
    checkKey(id, value);
    return after<M, void, this>(this.save(value), () => this);
  }

  save(value: T): Returns<void>[M] {
    this.#check(value);
    return this.#write(value, "current", false);
  }

  /** As `save`, but refuses to write over a newer state. */
  record(value: T): Returns<void>[M] {
    return this.#write(value, "current", true);
  }

  /** Another revision is stored than the object knew. */
  #resolveSkipped(value: T, known: number, isFenced: boolean, tries: number): Returns<void>[M] {
    const failed = (error: unknown): never => {
      // It does not matter which one it is, where none can be the object's own.
      const isOwn = storedState(value).doubted?.some((document) => revisionOf(document) > known);
      throw !isFenced || isOwn === true ? error : staleRevision(this.#codec.kind, value, known);
    };
    const read = attempt((id: string) => this.#read(id), value.id, failed) as Returns<readonly JsonObject[]>[M];
    return after<M, readonly JsonObject[], void>(read, ([document]) => {
      const stored = revisionOf(document);
      if (isFenced && stored > known && !isOwnDocument(storedState(value), document)) {
        // None of its own can be stored any more.
        storedState(value).doubted = [];
        throw staleRevision(this.#codec.kind, value, known, stored);
      }
      if (tries === MAX_TRIES)
        throw new StoreError(
          "bad_document",
          `Cannot store ${this.#codec.kind} "${value.title}" (${value.id}): it is not stored as the revision ${stored} that it says`,
        );
      return this.#write(value, stored, isFenced, tries + 1);
    });
  }

  delete(key: string | T): Returns<boolean>[M] {
    const { kind } = this.#codec;
    const id = idOf(key);
    return after<M, readonly Change[], boolean>(this.#deletionOfOwned(id), (others) =>
      after<M, readonly number[], boolean>(
        this.#driver().write([{ op: "delete", kind, id }, ...others]),
        ([skipped]) => skipped !== 0,
      ),
    );
  }

  clear(): Returns<void>[M] {
    const { kind, owned } = this.#codec;
    const kinds = owned === undefined ? [kind] : [kind, owned];
    return after<M, readonly number[], void>(
      this.#driver().write(kinds.map((one) => ({ op: "clear", kind: one }))),
      () => undefined,
    );
  }

  count(query?: Q): Returns<number>[M] {
    return after<M, Filter, number>(this.#filter(query), (filter) => this.#driver().count(this.#codec.kind, filter));
  }

  find(query?: Q): Returns<T[]>[M] {
    return after<M, Filter, T[]>(this.#filter(query), (filter) => collect<M, T>(this.#scan(filter)));
  }

  keys(): Walks<string>[M] {
    return this.#driver().keys(this.#codec.kind);
  }

  values(): Walks<T>[M] {
    return this.#scan({});
  }

  entries(): Walks<[string, T]>[M] {
    return walk<M, T, [string, T]>(this.values(), (value) => [value.id, value]);
  }

  forEach(visit: (value: T, id: string) => void): Returns<void>[M] {
    return after<M, T[], void>(this.find(), (values) => {
      for (const value of values) visit(value, value.id);
    });
  }

  /** What is there already is given as it is in both modes. */
  #deletionOfOwned(id: string): Returns<readonly Change[]>[M] {
    const kind = this.#codec.owned;
    if (kind === undefined) return [] as readonly Change[] as Returns<readonly Change[]>[M];
    const documents = this.#driver().scan(kind, { type: id });
    return collect<M, Change>(
      walk<M, JsonObject, Change>(documents, (document) => ({ op: "delete", kind, id: document["id"] as string })),
    );
  }

  #check(value: unknown): void {
    this.#codec.check(this.#codec.kind, value);
  }

  #read(id: string): Returns<readonly JsonObject[]>[M] {
    return this.#driver().read(this.#codec.kind, [id]);
  }

  /** What is there already is given as it is in both modes. */
  #filter(query: Q | undefined): Returns<Filter>[M] {
    const filter = this.#codec.filter(query);
    const graph = this.#codec.graphOf(query);
    if (graph === undefined) return filter as Returns<Filter>[M];
    return after<M, readonly JsonObject[], Filter>(this.#driver().read("graph", [graph]), ([document]) => ({
      ...filter,
      ids: new Set(document === undefined ? [] : taskIdsOf(document)),
    }));
  }

  #scan(filter: Filter): Walks<T>[M] {
    const documents = this.#driver().scan(this.#codec.kind, filter);
    return walk<M, JsonObject, T>(documents, (document) => this.#codec.decode(document, this.#driver()));
  }

  #write(value: T, known: number | "current", isFenced: boolean, tries = 1): Returns<void>[M] {
    const { tasks = [], runs = [] } = this.#codec.members(value);
    const members = [...tasks.map((task) => new Capture("task", task)), ...runs.map((run) => new Capture("run", run))];
    const own = new Capture(this.#codec.kind, value, known);
    return after<M, readonly number[], void>(put(this.#driver, [...members, own]), (skipped) => {
      if (skipped.includes(members.length)) return this.#resolveSkipped(value, own.known, isFenced, tries);
      // The tasks come first, and only they can be doubted: their own writes may have failed.
      const unsaved = skipped.flatMap((index) => tasks[index] ?? []);
      return storeDoubted<M>(this.#driver, "task", unsaved);
    });
  }
}

/** A collection that can be used like a `Map`. */
export class MapDocumentCollection<T extends StoredObject, Q>
  extends DocumentCollection<T, Q, "sync">
  implements MapCollection<T, Q>
{
  get size(): number {
    return this.count();
  }

  [Symbol.iterator](): IterableIterator<[string, T]> {
    return this.entries();
  }
}

/** A collection that `for await` walks over. */
export class AsyncDocumentCollection<T extends StoredObject, Q>
  extends DocumentCollection<T, Q, "async">
  implements AsyncCollection<T, Q>
{
  [Symbol.asyncIterator](): AsyncIterableIterator<[string, T]> {
    return this.entries();
  }
}

/** What is thrown where a state is refused again and again. */
export function neverStored(kind: Kind, id: string): StoreError {
  return new StoreError("bad_document", `Cannot store ${kind} ${id}: its store refuses whatever it is given`);
}

/** What is thrown where somebody else has stored a newer state. */
export function staleRevision(kind: Kind, object: StoredObject, known: number, stored?: number): StoreError {
  const { id, title } = object;
  const other = stored === undefined ? "another revision" : `revision ${stored}`;
  return new StoreError(
    "stale_revision",
    `Cannot store ${kind} "${title}" (${id}): somebody else stored ${other}, this one knows ${known}`,
  );
}

/** The id that a key stands for. */
export function idOf(key: string | StoredObject): string {
  const id: unknown = isObject(key) ? key.id : key;
  checkString("key", id);
  return id as string;
}

/** Throws a `StoreError` (`store_key`) when the key is not the object's own id. */
export function checkKey(id: string, value: StoredObject): void {
  if (id !== value.id)
    throw new StoreError("store_key", `Cannot store "${value.title}" under the key "${id}": its id is "${value.id}"`);
}
