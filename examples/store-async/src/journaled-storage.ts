import type { Storage } from "unstorage";

/** What is used of a storage. The raw methods, because the others guess the type of a value from its text. */
export type KeyValueStorage = Pick<Storage, "getItemRaw" | "setItemRaw" | "removeItem" | "getKeys">;

/** What a transaction makes of items: their new text, or `null` for those that go. */
export type Items = readonly (readonly [key: string, text: string | null])[];

const JOURNAL = "journal";
/** So many items are read or written at once. */
const PAGE = 100;

/**
 * Changes several items of a key-value storage at once. The storage promises nothing but its single keys, so one key holds the last
 * transaction as a whole: it is set first, and the items follow. Whoever opens the storage does so once more.
 */
export class JournaledStorage {
  readonly #storage: KeyValueStorage;
  /** The transaction that is made, but not or not all carried out; `undefined` before the journal was read. */
  #unfinished: Items | undefined;

  constructor(storage: KeyValueStorage) {
    this.#storage = storage;
  }

  /** Brings the items to the state that the journal tells. It comes before everything else. */
  async settle(): Promise<void> {
    this.#unfinished ??= itemsOf(await this.#get(JOURNAL));
    await inPages(this.#unfinished, ([key, text]) =>
      text === null ? this.#storage.removeItem(key) : this.#storage.setItemRaw(key, text),
    );
    this.#unfinished = [];
  }

  /** The transaction is made once the journal has it, all of it. */
  async commit(items: Items): Promise<void> {
    const text = JSON.stringify(items);
    try {
      await this.#storage.setItemRaw(JOURNAL, text);
      // A driver that is read-only takes the value and drops it.
      if ((await this.#get(JOURNAL)) !== text) throw new Error("a value that was set could not be read back");
    } catch (error) {
      // The caller is told that nothing was done. Where this fails as well, the next transaction goes over it.
      await this.#storage.setItemRaw(JOURNAL, "[]").catch(() => undefined);
      throw error;
    }
    this.#unfinished = items;
    // What fails now is done before the next read or write, which throws if it cannot be done.
    await this.settle().catch(() => undefined);
  }

  /** All keys but the journal's. */
  async keys(): Promise<string[]> {
    return (await this.#storage.getKeys()).filter((key) => key !== JOURNAL);
  }

  /** The texts under these keys. */
  async texts(keys: readonly string[]): Promise<(string | undefined)[]> {
    return inPages(keys, (key) => this.#get(key));
  }

  async #get(key: string): Promise<string | undefined> {
    const value = await this.#storage.getItemRaw<unknown>(key);
    if (value === null || value === undefined) return undefined;
    if (typeof value === "string") return value;
    if (value instanceof Uint8Array) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(value);
    // Drivers over files give the error back as the value.
    throw value instanceof Error ? value : new Error(`"${key}" holds no text`);
  }
}

/** A journal that is not whole was being written when the process died: that transaction was not made, and the one before it was. */
function itemsOf(text = "[]"): Items {
  try {
    return JSON.parse(text) as Items;
  } catch {
    return [];
  }
}

/** Waits for all calls of a page, also when one fails: none may still be under way when something newer is written. */
async function inPages<T, R>(values: readonly T[], call: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < values.length; start += PAGE) {
    const settled = await Promise.allSettled(values.slice(start, start + PAGE).map(call));
    for (const result of settled) {
      if (result.status === "rejected") throw result.reason;
      results.push(result.value);
    }
  }
  return results;
}
