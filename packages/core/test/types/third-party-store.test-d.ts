import { expectTypeOf } from "vitest";
import {
  AsyncDocumentStore,
  DocumentStore,
  type Change,
  type Filter,
  type JsonObject,
  type Kind,
  type Store,
  type StoreDriver,
} from "@ttasks/core";

/** What a third party wrote for the first release: it must go on compiling, whatever the driver gains. */
class SyncDriver implements StoreDriver<"sync"> {
  readonly rows = new Map<string, JsonObject>();

  read(kind: Kind, ids: readonly string[]): readonly JsonObject[] {
    return ids.map((id) => this.rows.get(`${kind}/${id}`)).filter((row) => row !== undefined);
  }

  *scan(kind: Kind, { status, type, limit = Infinity }: Filter): IterableIterator<JsonObject> {
    let left = limit;
    for (const [key, row] of this.rows) {
      if (!key.startsWith(`${kind}/`) || (type !== undefined && row["type"] !== type)) continue;
      if (status !== undefined && !status.includes(String(row["status"]))) continue;
      if (left-- > 0) yield row;
    }
  }

  *keys(kind: Kind): IterableIterator<string> {
    for (const row of this.scan(kind, {})) yield String(row["id"]);
  }

  count(kind: Kind, filter: Filter): number {
    return [...this.scan(kind, filter)].length;
  }

  write(changes: readonly Change[]): readonly number[] {
    return changes.flatMap((change, index) => (this.#apply(change) ? [] : [index]));
  }

  #apply(change: Change): boolean {
    if (change.op === "clear") {
      this.rows.clear();
      return true;
    }
    const key = `${change.kind}/${change.id}`;
    if (change.op === "delete") return this.rows.delete(key);
    const stored = this.rows.get(key)?.["revision"] as number | undefined;
    const { ifRevision, revision, document } = change;
    const holds = ifRevision === undefined ? (stored ?? -1) < revision : (stored ?? null) === ifRevision;
    if (holds) this.rows.set(key, document);
    return holds;
  }
}

/** The same with promises. */
class AsyncDriver implements StoreDriver<"async"> {
  readonly #inner = new SyncDriver();

  async read(kind: Kind, ids: readonly string[]): Promise<readonly JsonObject[]> {
    return this.#inner.read(kind, ids);
  }

  async *scan(kind: Kind, filter: Filter): AsyncIterableIterator<JsonObject> {
    yield* this.#inner.scan(kind, filter);
  }

  async *keys(kind: Kind): AsyncIterableIterator<string> {
    yield* this.#inner.keys(kind);
  }

  async count(kind: Kind, filter: Filter): Promise<number> {
    return this.#inner.count(kind, filter);
  }

  async write(changes: readonly Change[]): Promise<readonly number[]> {
    return this.#inner.write(changes);
  }
}

/** A store of a third party. */
export class ThirdPartyStore extends DocumentStore {
  constructor() {
    super(new SyncDriver());
  }
}

/** An asynchronous one. */
export class ThirdPartyAsyncStore extends AsyncDocumentStore {
  constructor() {
    super(new AsyncDriver());
  }
}

expectTypeOf<ThirdPartyStore>().toExtend<Store>();
expectTypeOf<ThirdPartyAsyncStore>().toExtend<Store>();
expectTypeOf<SyncDriver>().toExtend<StoreDriver>();
expectTypeOf<AsyncDriver>().toExtend<StoreDriver>();
// @ts-expect-error a driver with promises makes no synchronous store
new DocumentStore(new AsyncDriver());
