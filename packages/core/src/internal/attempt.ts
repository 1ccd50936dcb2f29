import { isThenable } from "./is-thenable.ts";

/**
 * Calls `run` with the input. Where it throws, or the promise that it gives rejects, what `onError` gives takes the place of its value.
 * Only waits where `run` does.
 */
export function attempt<I, A, B>(
  run: (input: I) => A,
  input: I,
  onError: (error: unknown) => B,
): A | B | Promise<Awaited<A> | B> {
  try {
    const value = run(input);
    return isThenable(value) ? (Promise.resolve(value) as Promise<Awaited<A>>).catch(onError) : value;
  } catch (error) {
    return onError(error);
  }
}
