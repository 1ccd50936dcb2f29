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
  #first: number | undefined;
  readonly #list: number[] = [];
  readonly #others = new Map<Key, number>();

  get(key: Key): number | undefined {
    const place = this.#list[this.#offset(key)] ?? NONE;
    return place === NONE && this.#others.size > 0 ? this.#others.get(key) : placeOrNone(place);
  }

  set(key: Key, place: number): void {
    if (typeof key === "number") this.#first ??= key;
    const offset = this.#offset(key);
    const { length } = this.#list;
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
    const offset = typeof key === "number" && this.#first !== undefined ? key - this.#first : -1;
    return offset < 0 ? 2 ** 30 : offset;
  }
}

function placeOrNone(place: number): number | undefined {
  return place === NONE ? undefined : place;
}
