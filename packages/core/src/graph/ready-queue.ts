import { IndexQueue } from "./index-queue.ts";
import type { Schedule } from "./schedule.ts";

/** The tasks that may start, as a run takes them. */
export interface ReadyQueue {
  /** Whether there is nothing to take before something else happens. */
  readonly isEmpty: boolean;
  push(place: number): void;
  /** The task whose turn it is, with room in its pool; `undefined` where it has to wait for that: others may have their turn. */
  take(): number | undefined;
  /** What was taken is over: its room is free. */
  leave(place: number): void;
  /** Forgets all that did not start; nothing runs. */
  clear(): void;
}

/** Tasks in the order in which they became ready; with pools and priorities where there are any. */
export function readyQueue(size: number, schedule: Schedule | undefined): ReadyQueue {
  return schedule ? new ScheduledQueue(size, schedule) : new PlainQueue(size);
}

class PlainQueue extends IndexQueue implements ReadyQueue {
  leave(): void {
    // There is room for all.
  }
}

interface Line {
  readonly isEmpty: boolean;
  push(place: number): void;
  take(): number;
}

/**
 * Who cannot start because its pool is full waits aside, and so holds nobody up. Each room that becomes free brings the next one of its
 * pool back: constant work a task, but for the priorities.
 */
class ScheduledQueue implements ReadyQueue {
  readonly #schedule: Schedule;
  /** When each task became ready: a count. */
  readonly #order: Int32Array;
  #count = 0;
  /** How much of each pool is taken. */
  readonly #taken: number[];
  #next!: Line;
  /** Who waited for room and has got it: longer ready than all in `next`, which is the same line where there are priorities. */
  #back!: Line;
  #aside!: readonly Line[];

  constructor(size: number, schedule: Schedule) {
    this.#schedule = schedule;
    this.#order = new Int32Array(size);
    this.#taken = schedule.limits.map(() => 0);
    this.clear();
  }

  get isEmpty(): boolean {
    return this.#next.isEmpty && this.#back.isEmpty;
  }

  clear(): void {
    this.#next = this.#line();
    this.#back = this.#schedule.priorities ? this.#next : new Heap(this.#isBefore);
    this.#aside = this.#taken.map(() => this.#line());
  }

  push(place: number): void {
    this.#order[place] = this.#count++;
    this.#next.push(place);
  }

  take(): number | undefined {
    const place = (this.#back.isEmpty ? this.#next : this.#back).take();
    const pool = this.#schedule.pools[place] as number;
    if (pool < 0) return place;
    const taken = this.#taken[pool] as number;
    if (taken < (this.#schedule.limits[pool] as number)) {
      this.#taken[pool] = taken + 1;
      return place;
    }
    this.#aside[pool]?.push(place);
    return undefined;
  }

  leave(place: number): void {
    const pool = this.#schedule.pools[place] as number;
    if (pool < 0) return;
    this.#taken[pool] = (this.#taken[pool] as number) - 1;
    const aside = this.#aside[pool] as Line;
    if (!aside.isEmpty) this.#back.push(aside.take());
  }

  #line(): Line {
    return this.#schedule.priorities ? new Heap(this.#isBefore) : new Fifo();
  }

  readonly #isBefore = (a: number, b: number): boolean => {
    const { priorities } = this.#schedule;
    const difference = priorities ? (priorities[a] as number) - (priorities[b] as number) : 0;
    return difference > 0 || (difference === 0 && (this.#order[a] as number) < (this.#order[b] as number));
  };
}

/** First in, first out, however many there are. */
class Fifo implements Line {
  readonly #places: number[] = [];
  #head = 0;

  get isEmpty(): boolean {
    return this.#head === this.#places.length;
  }

  push(place: number): void {
    this.#places.push(place);
  }

  take(): number {
    const place = this.#places[this.#head++] as number;
    if (this.isEmpty) this.#head = this.#places.length = 0;
    return place;
  }
}

/** The first by an order; a binary heap. */
class Heap implements Line {
  readonly #places: number[] = [];
  readonly #isBefore: (a: number, b: number) => boolean;

  constructor(isBefore: (a: number, b: number) => boolean) {
    this.#isBefore = isBefore;
  }

  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  push(place: number): void {
    const places = this.#places;
    let at = places.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(place, places[parent] as number)) break;
      places[at] = places[parent] as number;
      at = parent;
    }
    places[at] = place;
  }

  take(): number {
    const places = this.#places;
    const first = places[0] as number;
    const last = places.pop() as number;
    let at = 0;
    for (let child = 1; child < places.length; child = 2 * at + 1) {
      if (child + 1 < places.length && this.#isBefore(places[child + 1] as number, places[child] as number)) child++;
      if (!this.#isBefore(places[child] as number, last)) break;
      places[at] = places[child] as number;
      at = child;
    }
    if (places.length > 0) places[at] = last;
    return first;
  }
}
