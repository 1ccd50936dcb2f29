import type { TaskExecutor } from "ttasks";
import type { CheckGraph } from "./check-graph.ts";
import type { Progress } from "./progress.ts";
import { showLines } from "./show-lines.ts";
import { showLiveList } from "./show-live-list.ts";
import { shownTasks } from "./shown-task.ts";
import type { Terminal } from "./terminal.ts";

/** Shows how the tasks of a run get on, until it is stopped: a live list where that is possible, else lines. */
export function showProgress(
  terminal: Terminal,
  executor: TaskExecutor,
  run: CheckGraph,
  signal: AbortSignal,
): Progress {
  const tasks = shownTasks(run);
  return terminal.isLive
    ? showLiveList(terminal, executor, run.graph, tasks, signal)
    : showLines(terminal, executor, tasks);
}
