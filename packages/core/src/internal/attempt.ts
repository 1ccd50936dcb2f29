import { isThenable } from "./is-thenable.ts";

/**
 * Calls `run`. Where it throws, or the promise that it gives rejects, what `onError` gives takes the place of its value.
 * Only waits where `run` does.
 */
export function attempt<A, B>(run: () => A, onError: (error: unknown) => B): A | B | Promise<Awaited<A> | B> {
  try {
    const value = run();
    return isThenable(value) ? (Promise.resolve(value) as Promise<Awaited<A>>).catch(onError) : value;
  } catch (error) {
    return onError(error);
  }
}
