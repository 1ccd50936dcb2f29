/**
 * Runs a graph of no-op tasks in a process of its own and prints one line of JSON about it: `run-graph-program.ts <shape> [abort]`.
 * With `abort` the run is aborted after a quarter of its tasks.
 */
import { TaskExecutor } from "@ttasks/core";
import { graphOf } from "./graph-shapes.ts";

const [shape = "", mode] = process.argv.slice(2);
const graph = graphOf(shape);
const controller = new AbortController();
let calls = 0;
let abortedAt = Infinity;
const executor = TaskExecutor.empty().register("noop", () => {
  if (++calls === abortAfter) setTimeout(abort, 0);
  return 0;
});
const abortAfter = mode === "abort" ? Math.floor(graph.tasks.length / 4) : Infinity;

function abort(): void {
  abortedAt = performance.now();
  controller.abort();
}

const gaps: number[] = [];
let last = performance.now();
const beat = setInterval(() => {
  const now = performance.now();
  gaps.push(now - last);
  last = now;
}, 5);

const began = performance.now();
await graph.run(executor, { signal: controller.signal });
const ended = performance.now();
clearInterval(beat);

gaps.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    ok: graph.ok,
    done: graph.succeeded.length,
    pending: graph.tasks.filter((task) => task.isPending).length,
    runMs: ended - began,
    abortMs: ended - abortedAt,
    beats: gaps.length,
    gap99Ms: gaps[Math.ceil(gaps.length * 0.99) - 1],
    longestGapMs: gaps.at(-1),
    heapMb: process.memoryUsage().heapUsed / 1e6,
  }),
);
