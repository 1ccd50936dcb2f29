import { IndexQueue } from "./index-queue.ts";
import type { Topology } from "./topology.ts";

/** The tasks that may start, as a run takes them. */
export interface ReadyQueue {
  /** Whether there is nothing to take before something else happens. */
  readonly isEmpty: boolean;
  push(place: number): void;
  /** The task whose turn it is, with room in its pool; `undefined` where it has to wait for that: others may have their turn. */
  take(): number | undefined;
  /** What was taken is over: its room is free. */
  leave(place: number): void;
}

/** Tasks in the order in which they became ready; with pools and priorities where there are any. */
export function readyQueue(topology: Topology, limits: ReadonlyMap<string, number>): ReadyQueue {
  return topology.scheduling.size > 0 ? new ScheduledQueue(topology, limits) : new PlainQueue();
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

interface Pool {
  /** How many more may run in it. */
  room: number;
  /** Who has had its turn, and waits for room. */
  readonly aside: Line;
}

/**
 * Who cannot start because its pool is full waits aside, and so holds nobody up. Each room that becomes free brings the next one of its
 * pool back: constant work a task, but for the priorities.
 */
class ScheduledQueue implements ReadyQueue {
  readonly #scheduling: Topology["scheduling"];
  readonly #priorities: Float64Array;
  /** When each task became ready: a count. */
  readonly #order: Int32Array;
  #count = 0;
  readonly #pools: ReadonlyMap<string | undefined, Pool>;
  readonly #next: Line;
  /** Who waited for room and has got it: longer ready than all in `next`, which is the same line where there are priorities. */
  readonly #back: Line;

  constructor({ tasks, scheduling }: Topology, limits: ReadonlyMap<string, number>) {
    const hasPriorities = [...scheduling.values()].some(({ priority }) => priority !== undefined);
    const line = (): Line => (hasPriorities ? new Heap(this.#isBefore) : new IndexQueue());
    this.#scheduling = scheduling;
    this.#priorities = new Float64Array(tasks.length);
    this.#order = new Int32Array(tasks.length);
    this.#pools = new Map(Array.from(limits, ([pool, room]) => [pool, { room, aside: line() }]));
    this.#next = line();
    this.#back = hasPriorities ? this.#next : new Heap(this.#isBefore);
  }

  get isEmpty(): boolean {
    return this.#next.isEmpty && this.#back.isEmpty;
  }

  push(place: number): void {
    this.#order[place] = this.#count++;
    this.#priorities[place] = this.#scheduling.get(place)?.priority ?? 0;
    this.#next.push(place);
  }

  take(): number | undefined {
    const place = (this.#back.isEmpty ? this.#next : this.#back).take();
    const pool = this.#poolOf(place);
    if (!pool) return place;
    if (pool.room > 0) {
      pool.room--;
      return place;
    }
    pool.aside.push(place);
    return undefined;
  }

  leave(place: number): void {
    const pool = this.#poolOf(place);
    if (!pool) return;
    pool.room++;
    if (!pool.aside.isEmpty) this.#back.push(pool.aside.take());
  }

  #poolOf(place: number): Pool | undefined {
    return this.#pools.get(this.#scheduling.get(place)?.pool);
  }

  readonly #isBefore = (a: number, b: number): boolean => {
    const [priorities, order] = [this.#priorities, this.#order] as const;
    const ahead = (priorities[a] as number) - (priorities[b] as number);
    return ahead > 0 || (ahead === 0 && (order[a] as number) < (order[b] as number));
  };
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
