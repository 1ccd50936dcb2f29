type Successors = (index: number) => Iterable<number>;

/** A cycle, as the indexes along it; `undefined` when there is none. Without recursion, so that depth is no limit. */
export function findCycle(successors: Successors, among: Iterable<number>): readonly number[] | undefined {
  const finished = new Set<number>();
  for (const start of among) {
    const cycle = finished.has(start) ? undefined : searchFrom(start, successors, finished);
    if (cycle) return cycle;
  }
  return undefined;
}

function searchFrom(start: number, successors: Successors, finished: Set<number>): readonly number[] | undefined {
  const path = new Set([start]);
  const open = [{ index: start, successors: successors(start)[Symbol.iterator]() }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const next = top.successors.next();
    if (next.done === true) {
      open.pop();
      path.delete(top.index);
      finished.add(top.index);
    } else if (path.has(next.value)) {
      const indexes = [...path];
      return indexes.slice(indexes.indexOf(next.value));
    } else if (!finished.has(next.value)) {
      path.add(next.value);
      open.push({ index: next.value, successors: successors(next.value)[Symbol.iterator]() });
    }
  }
  return undefined;
}
