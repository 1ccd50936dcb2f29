import { isThenable } from "../internal/is-thenable.ts";
import type { Mode, Returns, Walks } from "./mode.ts";

// Code that is written once for both modes goes on after a value with these: at once where the value is there, else when its promise
// has resolved. The casts say what the compiler cannot: that a value of mode M leads to one of mode M.

/** Goes on after a value. */
export function after<M extends Mode, A, B>(value: Returns<A>[M], to: (value: A) => B | Returns<B>[M]): Returns<B>[M] {
  return (isThenable(value) ? Promise.resolve(value as PromiseLike<A>).then(to) : to(value as A)) as Returns<B>[M];
}

/** Turns each value of a walk into another. */
export function walk<M extends Mode, A, B>(values: Walks<A>[M], to: (value: A) => B | Returns<B>[M]): Walks<B>[M] {
  return (Symbol.asyncIterator in values ? walkAsync(values, to) : walkSync(values, to)) as Walks<B>[M];
}

/** All values of a walk. */
export function collect<M extends Mode, A>(values: Walks<A>[M]): Returns<A[]>[M] {
  return (Symbol.asyncIterator in values ? collectAsync(values) : Array.from<A>(values as Iterable<A>)) as Returns<
    A[]
  >[M];
}

function* walkSync<A>(values: Iterable<A>, to: (value: A) => unknown): Iterable<unknown> {
  for (const value of values) yield to(value);
}

async function* walkAsync<A>(values: AsyncIterable<A>, to: (value: A) => unknown): AsyncIterable<unknown> {
  for await (const value of values) yield to(value);
}

async function collectAsync<A>(values: AsyncIterable<A>): Promise<A[]> {
  const collected: A[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}
