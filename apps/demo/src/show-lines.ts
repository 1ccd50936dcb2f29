import { TaskEventType, type TaskEvent, type TaskExecutor } from "ttasks";
import { checkLook } from "./check-look.ts";
import { formatDuration } from "./format-duration.ts";
import type { Progress } from "./progress.ts";
import type { ShownTask } from "./shown-task.ts";
import type { Terminal } from "./terminal.ts";

/** Appends a line when a task starts and one when it ends. */
export function showLines(terminal: Terminal, executor: TaskExecutor, tasks: readonly ShownTask[]): Progress {
  const shown = new Map(tasks.map((one) => [one.task.id, one]));
  let margin = "";
  const stop = executor.events.subscribe((event) => {
    const one = shown.get(event.taskId);
    const line = one === undefined ? "" : lineOf(terminal, event, one);
    if (line !== "") terminal.write(margin + line);
  });
  return {
    print(text) {
      terminal.write(`\n${text}`);
      margin = "\n";
    },
    stop,
  };
}

function lineOf(terminal: Terminal, { type, task, status }: TaskEvent, { action, isOptional }: ShownTask): string {
  const { colors } = terminal;
  const { symbol, word } = checkLook(terminal, status);
  if (type === TaskEventType.STARTED) return `${symbol} ${task.title}: ${colors.dim(action)}\n`;
  // The end of what is optional is told below the report, with what came of it.
  if (type === TaskEventType.PERSISTENCE_FAILED || isOptional) return "";
  const exit = task.isFailed && task.result?.exitCode !== undefined ? ` (exit code ${task.result.exitCode})` : "";
  return `${symbol} ${task.title}: ${word} after ${formatDuration(task.result?.durationMs)}${exit}\n`;
}
