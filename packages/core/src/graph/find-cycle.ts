import { TASKS_PER_STEP, type Topology } from "./topology.ts";

/**
 * A cycle, as the places along it: each comes after the next one, and the last after the first. Depth first and without recursion, so
 * that depth is no limit; a generator, so that a large graph can be searched between other work. No dependency may be missing.
 */
export function* findCycle(topology: Topology): Generator<void, readonly number[] | undefined, void> {
  // Which dependency of each task is looked at: -1 before the first one, the end of them once no cycle is behind the task.
  const looked = new Int32Array(topology.tasks.length).fill(-1);
  const path: number[] = [];
  let steps = 0;
  for (let start = 0; start < looked.length; start++) {
    path.push(start);
    while (path.length > 0) {
      if (steps++ % TASKS_PER_STEP === 0) yield;
      const at = path.at(-1) as number;
      const index = Math.max(looked[at] as number, topology.startOf(at));
      looked[at] = index;
      if (index === topology.endOf(at)) {
        path.pop();
        continue;
      }
      const next = topology.dependencyAt(index);
      if (looked[next] === -1) path.push(next);
      else if (looked[next] === topology.endOf(next)) looked[at] = index + 1;
      else return path.slice(path.indexOf(next));
    }
  }
  return undefined;
}
