import type { TaskExecutor } from "ttasks";
import type { CheckGraph } from "./check-graph.ts";
import { showLines } from "./show-lines.ts";
import { showLiveList } from "./show-live-list.ts";
import type { Terminal } from "./terminal.ts";

/** Shows how the checks get on, until the returned function is called: a live list where that is possible, else lines. */
export function showProgress(
  terminal: Terminal,
  executor: TaskExecutor,
  run: CheckGraph,
  signal: AbortSignal,
): () => void {
  return terminal.isLive ? showLiveList(terminal, executor, run, signal) : showLines(terminal, executor, run);
}
