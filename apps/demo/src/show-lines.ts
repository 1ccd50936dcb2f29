import { TaskEventType, type TaskEvent, type TaskExecutor } from "ttasks";
import type { CheckGraph } from "./check-graph.ts";
import { checkLook } from "./check-look.ts";
import { formatDuration } from "./format-duration.ts";
import type { Terminal } from "./terminal.ts";

/** Appends a line when a check starts and one when it ends. */
export function showLines(terminal: Terminal, executor: TaskExecutor, { checks }: CheckGraph): () => void {
  const commands = new Map(checks.map(({ task, command }) => [task.id, command]));
  return executor.events.subscribe((event) => {
    const command = commands.get(event.taskId);
    if (command !== undefined && event.type !== TaskEventType.PERSISTENCE_FAILED)
      terminal.write(lineOf(terminal, event, command));
  });
}

function lineOf(terminal: Terminal, { type, task, status }: TaskEvent, command: string): string {
  const { colors } = terminal;
  const { symbol, word } = checkLook(terminal, status);
  if (type === TaskEventType.STARTED) return `${symbol} ${task.title}: ${colors.dim(command)}\n`;
  const exit = task.isFailed && task.result?.exitCode !== undefined ? ` (exit code ${task.result.exitCode})` : "";
  return `${symbol} ${task.title}: ${word} after ${formatDuration(task.result?.durationMs)}${exit}\n`;
}
