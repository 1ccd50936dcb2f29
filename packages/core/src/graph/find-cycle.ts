/**
 * A cycle, as the tasks along it, given that every task of `start` and every one that `next` leads to has a next one.
 * Without recursion, so that depth is no limit.
 */
export function findCycle<T>(start: T, next: (from: T) => T): readonly T[] {
  const path = new Set<T>();
  let at = start;
  while (!path.has(at)) {
    path.add(at);
    at = next(at);
  }
  const steps = [...path];
  return steps.slice(steps.indexOf(at));
}
