import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** What a run of a graph in a process of its own was like. */
export interface GraphRunFigures {
  readonly ok: boolean;
  readonly done: number;
  readonly pending: number;
  readonly runMs: number;
  readonly abortMs: number;
  readonly beats: number;
  readonly gap99Ms: number;
  readonly longestGapMs: number;
  readonly heapMb: number;
}

/** Runs a graph of this shape in a process of its own, with so large a heap, and prints its figures. */
export async function runGraph(shape: string, heapMb: number, ...mode: readonly "abort"[]): Promise<GraphRunFigures> {
  const program = join(import.meta.dirname, "run-graph-program.ts");
  const flags = [`--max-old-space-size=${heapMb}`, "--import", "tsx", "--conditions=source"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, shape, ...mode]);
  const figures = JSON.parse(stdout) as GraphRunFigures;
  const { done, runMs, gap99Ms, longestGapMs, abortMs } = figures;
  const abort = mode.length === 0 ? "" : `, ended ${abortMs.toFixed(1)} ms after the abort`;
  console.log(
    `${shape}: ${done} tasks in ${runMs.toFixed(0)} ms, heap ${figures.heapMb.toFixed(0)} MB, ` +
      `gaps of a 5 ms interval: 99 % below ${gap99Ms.toFixed(1)} ms, longest ${longestGapMs.toFixed(1)} ms${abort}`,
  );
  return figures;
}
