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
