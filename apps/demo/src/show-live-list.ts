import { createLogUpdate } from "log-update";
import { TaskEventType, type TaskExecutor, type TaskGraph } from "ttasks";
import { lastLines } from "./last-lines.ts";
import type { Progress } from "./progress.ts";
import { renderLiveList, type LiveTask } from "./render-live-list.ts";
import { checkStatus } from "./report.ts";
import type { ShownTask } from "./shown-task.ts";
import type { Terminal } from "./terminal.ts";

const FRAME_MS = 100;
const STOPPING = "is told to end … press Ctrl-C again to kill it";

/** Draws a list of all tasks and keeps it up to date, until it is stopped, which takes it away. */
export function showLiveList(
  terminal: Terminal,
  executor: TaskExecutor,
  graph: TaskGraph,
  tasks: readonly ShownTask[],
  signal: AbortSignal,
): Progress {
  const update = createLogUpdate(terminal.stream as NodeJS.WriteStream);
  const startedAt = new Map<string, number>();
  const said = new Map<string, string>();
  const began = Date.now();
  let shown = tasks;
  let margin = "";

  const draw = (): void => {
    const now = Date.now();
    const list = shown.map(({ task, action, ...rest }): LiveTask => {
      const elapsedMs = now - (startedAt.get(task.id) ?? now);
      const status = checkStatus(graph, task);
      const remark = signal.aborted ? STOPPING : (said.get(task.id) ?? action);
      return { ...rest, status, durationMs: task.result?.durationMs ?? elapsedMs, said: remark };
    });
    if (list.length > 0) update(margin + renderLiveList(terminal, list, Math.floor((now - began) / FRAME_MS)));
  };
  const stopEvents = executor.events.subscribe(({ type, taskId, timestamp }) => {
    if (type === TaskEventType.STARTED) startedAt.set(taskId, timestamp.getTime());
    draw();
  });
  const stopOutput = executor.output.subscribe(({ task, chunk }) => {
    // The next frame shows it; drawing at every chunk would only cost time. A model's chunks are words, not lines.
    const line = task.isType("bash") ? lastLines(chunk, 1)[0] : undefined;
    if (line !== undefined) said.set(task.id, line.trimStart());
  });
  const timer = setInterval(draw, FRAME_MS);
  draw();

  return {
    print(text) {
      shown = shown.filter(({ task, isOptional }) => isOptional && !task.isTerminal && !signal.aborted);
      margin = "\n";
      update.clear();
      terminal.write(text);
      draw();
    },
    stop() {
      clearInterval(timer);
      stopEvents();
      stopOutput();
      update.clear();
      update.done();
    },
  };
}
