const LIMIT = 1_000;

/** Keeps the newest 1,000 items and counts all of them. */
export class BoundedList<T> {
  /** The newest items, oldest first. */
  readonly items: T[] = [];
  /** How many items there have been. */
  count = 0;

  add(item: T): void {
    this.count++;
    if (this.items.push(item) > LIMIT) this.items.shift();
  }
}
