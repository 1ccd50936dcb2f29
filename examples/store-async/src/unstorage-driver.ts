import {
  matchesFilter,
  type Change,
  type Filter,
  type JsonObject,
  type Kind,
  type PutChange,
  type StoreDriver,
} from "@ttasks/core";
import { badDocument, storeFailed } from "./errors.js";
import { JournaledStorage, type KeyValueStorage } from "./journaled-storage.js";

/** Where a document lies. */
interface Entry {
  readonly key: string;
  readonly revision: number;
}

/** The documents of a kind by id, in the order of their first put. */
type Entries = Map<string, Entry>;

/** So many documents are read at once during a walk. */
const PAGE = 100;

/** Keeps each document under a key `<kind>:<number>`; the numbers tell the order of the first put. */
export class UnstorageDriver implements StoreDriver<"async"> {
  readonly #storage: JournaledStorage;
  /** What is stored; `undefined` before the first call. */
  #kinds: Map<Kind, Entries> | undefined;
  #nextNumber = 0;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(storage: KeyValueStorage) {
    this.#storage = new JournaledStorage(storage);
  }

  /** The documents stored under these ids. */
  read(kind: Kind, ids: readonly string[]): Promise<readonly JsonObject[]> {
    return this.#inTurn("read", async () => {
      const keys = ids.flatMap((id) => this.#entries(kind).get(id)?.key ?? []);
      const texts = await this.#storage.texts(keys);
      return texts.map((text, index) => parse(text, keys[index]!));
    });
  }

  /** The documents that match, in order: read in pages, so that others can be written in between. */
  async *scan(kind: Kind, filter: Filter): AsyncIterableIterator<JsonObject> {
    const { order, offset = 0, limit = Infinity } = filter;
    const ids = await this.#ids(kind);
    if (order === "desc") ids.reverse();
    let place = 0;
    for (let start = 0; start < ids.length && place < offset + limit; start += PAGE) {
      for (const document of await this.read(kind, ids.slice(start, start + PAGE))) {
        if (place >= offset + limit) return;
        // It may have been deleted since the page was read.
        if (!this.#entries(kind).has(document["id"] as string)) continue;
        if (matchesFilter(document, filter) && place++ >= offset) yield document;
      }
    }
  }

  /** The ids, in order. */
  async *keys(kind: Kind): AsyncIterableIterator<string> {
    for (const id of await this.#ids(kind)) if (this.#entries(kind).has(id)) yield id;
  }

  /** How many documents match. */
  async count(kind: Kind, filter: Filter): Promise<number> {
    let count = 0;
    for await (const _ of this.scan(kind, filter)) count++;
    return count;
  }

  /** Makes the changes on copies of the index first: whatever fails on the way, nothing has happened. */
  async write(changes: readonly Change[]): Promise<readonly number[]> {
    // At once: nothing that the caller does later reaches the documents.
    const texts = changes.map((change) => (change.op === "put" ? JSON.stringify(change.document) : ""));
    return this.#inTurn("write", async () => {
      const changed = new Map<Kind, Entries>();
      const items = new Map<string, string | null>();
      const skipped = changes.flatMap((change, index) => {
        const entries = changed.get(change.kind) ?? new Map(this.#entries(change.kind));
        changed.set(change.kind, entries);
        const isMade =
          change.op === "put" ? this.#put(change, texts[index]!, entries, items) : remove(change, entries, items);
        return isMade ? [] : [index];
      });
      if (items.size > 0) await this.#storage.commit(Array.from(items));
      for (const [kind, entries] of changed) this.#kinds!.set(kind, entries);
      return skipped;
    });
  }

  /** Whether the change's condition held. */
  #put(change: PutChange, text: string, entries: Entries, items: Map<string, string | null>): boolean {
    const { kind, id, revision, ifRevision } = change;
    const stored = entries.get(id);
    if (ifRevision === undefined ? stored && stored.revision >= revision : ifRevision !== (stored?.revision ?? null))
      return false;
    const key = stored?.key ?? `${encodeURIComponent(kind)}:${String(this.#nextNumber++).padStart(12, "0")}`;
    entries.set(id, { key, revision });
    items.set(key, text);
    return true;
  }

  /** The storage has no locks, so all that reads or writes several keys is done one after the other, on a storage that is settled. */
  #inTurn<T>(action: "read" | "write", call: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(async () => {
      try {
        await this.#storage.settle();
        this.#kinds ??= await this.#load();
        return await call();
      } catch (error) {
        throw storeFailed(action, error);
      }
    });
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async #load(): Promise<Map<Kind, Entries>> {
    const kinds = new Map<Kind, Entries>();
    const keys = (await this.#storage.keys()).filter((key) => /^[^:]+:\d{12}$/.test(key)).sort();
    const texts = await this.#storage.texts(keys);
    for (const [index, key] of keys.entries()) {
      const [kind, number] = key.split(":") as [string, string];
      const { id, revision } = parse(texts[index], key);
      if (typeof id !== "string" || typeof revision !== "number") throw badDocument(key);
      const entries = kinds.get(decodeURIComponent(kind)) ?? new Map<string, Entry>();
      kinds.set(decodeURIComponent(kind), entries.set(id, { key, revision }));
      this.#nextNumber = Math.max(this.#nextNumber, parseInt(number, 10) + 1);
    }
    return kinds;
  }

  #ids(kind: Kind): Promise<string[]> {
    return this.#inTurn("read", async () => Array.from(this.#entries(kind).keys()));
  }

  #entries(kind: Kind): Entries {
    return this.#kinds!.get(kind) ?? new Map<string, Entry>();
  }
}

/** Whether there was anything to delete; a `clear` is always made. */
function remove(change: Exclude<Change, PutChange>, entries: Entries, items: Map<string, string | null>): boolean {
  const ids = change.op === "clear" ? Array.from(entries.keys()) : [change.id].filter((id) => entries.has(id));
  for (const id of ids) {
    items.set(entries.get(id)!.key, null);
    entries.delete(id);
  }
  return change.op === "clear" || ids.length > 0;
}

function parse(text: string | undefined, key: string): JsonObject {
  try {
    return JSON.parse(text ?? "") as JsonObject;
  } catch (cause) {
    throw badDocument(key, cause);
  }
}
