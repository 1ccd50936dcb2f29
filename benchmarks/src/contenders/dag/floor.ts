import { measureGraph } from "../measure-graph.ts";
import type { Predecessors } from "../shapes.ts";

/** What cannot be undercut: typed arrays, and one `await` a node. */
async function run(
  predecessors: Predecessors,
  concurrency: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  const nodes = predecessors.length;
  const indegrees = new Int32Array(nodes);
  const offsets = new Int32Array(nodes + 1);
  for (let i = 0; i < nodes; i++) {
    const before = predecessors[i]!;
    indegrees[i] = before.length;
    for (let j = 0; j < before.length; j++) offsets[before[j]! + 1]!++;
  }
  for (let i = 0; i < nodes; i++) offsets[i + 1]! += offsets[i]!;
  const successors = new Int32Array(offsets[nodes]!);
  const places = offsets.slice();
  for (let i = 0; i < nodes; i++) {
    const before = predecessors[i]!;
    for (let j = 0; j < before.length; j++) successors[places[before[j]!]!++] = i;
  }
  const ready = new Int32Array(nodes);
  let head = 0;
  let tail = 0;
  let running = 0;
  let done = 0;
  for (let i = 0; i < nodes; i++) if (indegrees[i] === 0) ready[tail++] = i;
  await new Promise<void>((resolve) => {
    async function one(i: number): Promise<void> {
      await work(i);
      running--;
      done++;
      for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
        const successor = successors[e]!;
        if (--indegrees[successor]! === 0) ready[tail++] = successor;
      }
      if (done === nodes) {
        resolve();
        return;
      }
      pump();
    }
    function pump(): void {
      while (running < concurrency && head < tail) {
        running++;
        void one(ready[head++]!);
      }
    }
    pump();
  });
}

await measureGraph(async () => run);
