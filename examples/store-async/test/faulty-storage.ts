import type { KeyValueStorage } from "ttasks-store-unstorage";

/** Which call to the storage goes wrong, counted from 0, and whether all after it do so as well, as for a process that is dead. */
export interface Fault {
  readonly at: number;
  readonly forever: boolean;
}

/** A storage that goes wrong when a test says so. A value whose set goes wrong may be there by half. */
export class FaultyStorage implements KeyValueStorage {
  readonly #inner: KeyValueStorage;
  #fault: Fault = { at: Infinity, forever: false };
  #count = 0;

  constructor(inner: KeyValueStorage) {
    this.#inner = inner;
  }

  /** Whether there were as many calls as the fault waited for. */
  get hasStruck(): boolean {
    return this.#count > this.#fault.at;
  }

  /** From here on, calls are counted. */
  failWith(fault: Fault): void {
    this.#fault = fault;
    this.#count = 0;
  }

  getItemRaw: KeyValueStorage["getItemRaw"] = async (key) => {
    if (this.#isFaulty()) throw new Error("The storage cannot be reached, as planned");
    return this.#inner.getItemRaw(key);
  };

  setItemRaw: KeyValueStorage["setItemRaw"] = async (key, value: unknown) => {
    const isFirst = this.#count === this.#fault.at;
    if (!this.#isFaulty()) return this.#inner.setItemRaw(key, value);
    if (isFirst) await this.#inner.setItemRaw(key, String(value).slice(0, String(value).length / 2));
    throw new Error("The storage cannot be reached, as planned");
  };

  removeItem: KeyValueStorage["removeItem"] = async (key: string) => {
    if (this.#isFaulty()) throw new Error("The storage cannot be reached, as planned");
    return this.#inner.removeItem(key);
  };

  getKeys: KeyValueStorage["getKeys"] = async (base) => {
    if (this.#isFaulty()) throw new Error("The storage cannot be reached, as planned");
    return this.#inner.getKeys(base);
  };

  #isFaulty(): boolean {
    const number = this.#count++;
    return number === this.#fault.at || (number > this.#fault.at && this.#fault.forever);
  }
}
