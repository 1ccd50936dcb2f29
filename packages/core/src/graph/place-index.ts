import type { Key } from "../task/stored-object.ts";

/** Stands for a key that has no place; places are far above it. */
const NONE = -(2 ** 30);
/** So far from the list a key may lie that it is still grown up to it. */
const REACH = 16;

/**
 * Where the tasks of a graph are, by their keys. Most keys are numbers that were drawn one after the other: a list costs a small part
 * of the time and the memory that a Map takes for them.
 */
export class PlaceIndex {
  /** The key that the list begins with. */
  #first = 0;
  readonly #list: number[] = [];
  readonly #others = new Map<Key, number>();

  get(key: Key): number | undefined {
    const offset = this.#offset(key);
    const place = offset < this.#list.length ? (this.#list[offset] as number) : NONE;
    if (place !== NONE) return place;
    return this.#others.size > 0 ? this.#others.get(key) : undefined;
  }

  set(key: Key, place: number): void {
    const { length } = this.#list;
    if (typeof key === "number" && length === 0) this.#first = key;
    const offset = this.#offset(key);
    // In a graph whose tasks were not made one after the other the list may have as many holes as places.
    if (offset > 2 * length + REACH) {
      this.#others.set(key, place);
      return;
    }
    while (this.#list.length < offset) this.#list.push(NONE);
    this.#list[offset] = place;
  }

  /** Where a key is in the list; beyond all lists for one that is not in it. */
  #offset(key: Key): number {
    const offset = typeof key === "number" ? key - this.#first : -1;
    return offset < 0 ? 2 ** 30 : offset;
  }
}
