import stringWidth from "string-width";
import { checkLook } from "./check-look.ts";
import { fitWidth, padToWidth } from "./fit-width.ts";
import { formatDuration } from "./format-duration.ts";
import type { CheckStatus } from "./report.ts";
import type { Terminal } from "./terminal.ts";

/** What the live list shows of a task. */
export interface LiveTask {
  readonly name: string;
  readonly after: readonly string[];
  readonly status: CheckStatus;
  /** Whether a run is fine without it. */
  readonly isOptional: boolean;
  readonly durationMs: number;
  /** The line that it printed last, or what it does. */
  readonly said: string;
}

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** Where there is no room for all tasks, the first of these are shown. */
const IMPORTANCE: readonly CheckStatus[] = ["running", "failed", "cancelled", "pending", "blocked", "done"];
const MAX_NAME_WIDTH = 24;
const TIME_WIDTH = 10;

/** The list as text: a line a task, none longer than the terminal is wide, and no more of them than it is high. */
export function renderLiveList(terminal: Terminal, tasks: readonly LiveTask[], frame: number): string {
  // The cursor stands in the line below, and in its last column it would wrap.
  const room = Math.max(1, terminal.height - 1);
  const width = Math.max(1, terminal.width - 1);
  const shown = tasks.length <= room ? tasks : mostImportant(tasks, room - 1);
  const longest = Math.max(...shown.map(({ name }) => stringWidth(name)));
  const nameWidth = Math.min(longest, MAX_NAME_WIDTH, Math.floor(width / 2));
  const lines = shown.map((task) => renderTask(terminal, task, frame, nameWidth));
  if (shown.length < tasks.length) lines.push(terminal.colors.dim(`  … and ${hiddenOnes(tasks, shown)}`));
  return lines.map((line) => fitWidth(line, width)).join("\n");
}

function renderTask(terminal: Terminal, task: LiveTask, frame: number, nameWidth: number): string {
  const { colors } = terminal;
  const { symbol } = checkLook(terminal, task.status, task);
  const isRunning = task.status === "running";
  const sign = isRunning ? colors.cyan(SPINNER[frame % SPINNER.length]) : symbol;
  const time = ["pending", "blocked"].includes(task.status) ? "" : formatDuration(task.durationMs);
  return `${sign} ${padToWidth(task.name, nameWidth)} ${time.padStart(TIME_WIDTH)}  ${remark(terminal, task)}`.trimEnd();
}

function remark(terminal: Terminal, { status, after, said, isOptional }: LiveTask): string {
  const { colors } = terminal;
  if (status === "running") return colors.dim(said);
  if (status === "pending")
    return colors.dim(after.length === 0 ? "waits for a free place" : `waits for ${after.join(", ")}`);
  return checkLook(terminal, status, { isOptional }).word;
}

function mostImportant(tasks: readonly LiveTask[], count: number): readonly LiveTask[] {
  const rank = ({ status }: LiveTask): number => IMPORTANCE.indexOf(status);
  const chosen = new Set([...tasks].sort((a, b) => rank(a) - rank(b)).slice(0, count));
  return tasks.filter((task) => chosen.has(task));
}

function hiddenOnes(tasks: readonly LiveTask[], shown: readonly LiveTask[]): string {
  const hidden = tasks.filter((task) => !shown.includes(task));
  const done = hidden.filter(({ status }) => status === "done").length;
  return done === 0 ? `${hidden.length} more` : `${hidden.length} more (${done} done)`;
}
