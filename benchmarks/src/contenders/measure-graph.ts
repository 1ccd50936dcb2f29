import { peakRss } from "./peak-rss.ts";
import { printSample } from "./print-sample.ts";
import { makeShape, type Predecessors } from "./shapes.ts";

/** Builds a graph and runs it; `work` is what each node does. */
export type GraphRunner = (
  predecessors: Predecessors,
  concurrency: number,
  work: (index: number) => Promise<void>,
) => Promise<void>;

const [shape = "layered:100x100", concurrency = "16", repeats = "5"] = process.argv.slice(2);

/**
 * Times a runner of graphs as the arguments of the process say. The time includes building the graph and everything in it, but not making
 * the shape. The first run counts the loading of the library as well: `cold`.
 */
export async function measureGraph(load: () => Promise<GraphRunner>): Promise<void> {
  const predecessors = makeShape(shape);
  const nodes = predecessors.length;
  const perNode = (from: number): number => ((performance.now() - from) * 1e6) / nodes;
  if (process.execArgv.includes("--expose-gc")) return measureHeap(await load(), predecessors);
  let start = performance.now();
  const run = await load();
  const loaded = performance.now();
  await run(predecessors, Number(concurrency), async () => {});
  const cold = perNode(start);
  const times = [perNode(loaded)];
  const peakMb = peakRss();
  while (times.length < Number(repeats)) {
    start = performance.now();
    await run(predecessors, Number(concurrency), async () => {});
    times.push(perNode(start));
  }
  printSample({ ns: Math.min(...times), cold, peakMb });
}

/** What lives per node when half of the nodes are done, without the shape. Garbage is collected before and then, typed arrays count. */
async function measureHeap(run: GraphRunner, predecessors: Predecessors): Promise<void> {
  const nodes = predecessors.length;
  const before = liveBytes();
  let done = 0;
  let live = 0;
  await run(predecessors, Number(concurrency), async () => {
    if (++done === nodes >> 1) live = liveBytes() - before;
  });
  printSample({ bytes: live / nodes, peakMb: peakRss() });
}

function liveBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
