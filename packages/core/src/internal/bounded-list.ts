const LIMIT = 1_000;

/** Keeps the newest 1,000 items and counts all of them. */
export class BoundedList<T> {
  readonly #items: T[] = [];
  #count = 0;

  /** The newest items, oldest first. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** How many items there have been. */
  get count(): number {
    return this.#count;
  }

  add(item: T): void {
    this.#count++;
    if (this.#items.push(item) > LIMIT) this.#items.shift();
  }
}
