import { createLogUpdate } from "log-update";
import { TaskEventType, type TaskExecutor } from "ttasks";
import type { CheckGraph } from "./check-graph.ts";
import { lastLines } from "./last-lines.ts";
import { renderLiveList, type LiveCheck } from "./render-live-list.ts";
import { checkStatus } from "./report.ts";
import type { Terminal } from "./terminal.ts";

const FRAME_MS = 100;
const STOPPING = "is told to end … press Ctrl-C again to kill it";

/** Draws a list of all checks and keeps it up to date; the returned function takes it away again. */
export function showLiveList(
  terminal: Terminal,
  executor: TaskExecutor,
  { graph, checks }: CheckGraph,
  signal: AbortSignal,
): () => void {
  const update = createLogUpdate(terminal.stream as NodeJS.WriteStream);
  const startedAt = new Map<string, number>();
  const said = new Map<string, string>();
  const began = Date.now();

  const draw = (): void => {
    const now = Date.now();
    const list = checks.map(({ script, after, task }): LiveCheck => {
      const elapsedMs = now - (startedAt.get(task.id) ?? now);
      const status = checkStatus(graph, task);
      return {
        script,
        after,
        status,
        durationMs: task.result?.durationMs ?? elapsedMs,
        said: signal.aborted ? STOPPING : said.get(task.id),
      };
    });
    update(renderLiveList(terminal, list, Math.floor((now - began) / FRAME_MS)));
  };
  const stopEvents = executor.events.subscribe(({ type, taskId, timestamp }) => {
    if (type === TaskEventType.STARTED) startedAt.set(taskId, timestamp.getTime());
    draw();
  });
  const stopOutput = executor.output.subscribe(({ task, chunk }) => {
    // The next frame shows it; drawing at every chunk would only cost time.
    const line = lastLines(chunk, 1)[0];
    if (line !== undefined) said.set(task.id, line.trimStart());
  });
  const timer = setInterval(draw, FRAME_MS);
  draw();

  return () => {
    clearInterval(timer);
    stopEvents();
    stopOutput();
    update.clear();
    update.done();
  };
}
