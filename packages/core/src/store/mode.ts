/** How a store answers: at once, or with promises. */
export type Mode = "sync" | "async";

/** A value in each mode: `Returns<T>[M]`. With `Mode` itself it is `T | Promise<T>`. */
export interface Returns<T> {
  sync: T;
  async: Promise<T>;
}

/** A walk over values in each mode; `for await` takes both. */
export interface Walks<T> {
  sync: IterableIterator<T>;
  async: AsyncIterableIterator<T>;
}

/** How code that is written once goes on after a value, in each mode. */
export interface Flow<M extends Mode> {
  of<A>(value: A): Returns<A>[M];
  map<A, B>(value: Returns<A>[M], to: (value: A) => B): Returns<B>[M];
  then<A, B>(value: Returns<A>[M], to: (value: A) => Returns<B>[M]): Returns<B>[M];
  /** Calls `onError` when `run` fails, and lets the error go on. */
  attempt<A>(run: () => Returns<A>[M], onError: () => void): Returns<A>[M];
  walk<A, B>(values: Walks<A>[M], to: (value: A) => Returns<B>[M]): Walks<B>[M];
  collect<A>(values: Walks<A>[M]): Returns<A[]>[M];
}

/** Goes on at once. */
export const syncFlow: Flow<"sync"> = {
  of: (value) => value,
  map: (value, to) => to(value),
  then: (value, to) => to(value),
  attempt(run, onError) {
    try {
      return run();
    } catch (error) {
      onError();
      throw error;
    }
  },
  *walk(values, to) {
    for (const value of values) yield to(value);
  },
  collect: (values) => [...values],
};

/** Goes on when the promise has resolved. */
export const asyncFlow: Flow<"async"> = {
  of: async (value) => value,
  map: async (value, to) => to(await value),
  then: async (value, to) => to(await value),
  async attempt(run, onError) {
    try {
      return await run();
    } catch (error) {
      onError();
      throw error;
    }
  },
  async *walk(values, to) {
    for await (const value of values) yield to(value);
  },
  async collect<A>(values: AsyncIterable<A>) {
    const collected: A[] = [];
    for await (const value of values) collected.push(value);
    return collected;
  },
};
