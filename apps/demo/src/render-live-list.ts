import stringWidth from "string-width";
import { checkLook } from "./check-look.ts";
import { fitWidth, padToWidth } from "./fit-width.ts";
import { formatDuration } from "./format-duration.ts";
import type { CheckStatus } from "./report.ts";
import type { Terminal } from "./terminal.ts";

/** What the live list shows of a check. */
export interface LiveCheck {
  readonly script: string;
  readonly after: readonly string[];
  readonly status: CheckStatus;
  readonly durationMs: number;
  /** The line that it printed last. */
  readonly said: string | undefined;
}

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** Where there is no room for all checks, the first of these are shown. */
const IMPORTANCE: readonly CheckStatus[] = ["running", "failed", "cancelled", "pending", "blocked", "done"];
const MAX_NAME_WIDTH = 24;
const TIME_WIDTH = 10;

/** The list as text: a line a check, none longer than the terminal is wide, and no more of them than it is high. */
export function renderLiveList(terminal: Terminal, checks: readonly LiveCheck[], frame: number): string {
  // The cursor stands in the line below, and in its last column it would wrap.
  const room = Math.max(1, terminal.height - 1);
  const width = Math.max(1, terminal.width - 1);
  const shown = checks.length <= room ? checks : mostImportant(checks, room - 1);
  const longest = Math.max(...shown.map(({ script }) => stringWidth(script)));
  const nameWidth = Math.min(longest, MAX_NAME_WIDTH, Math.floor(width / 2));
  const lines = shown.map((check) => renderCheck(terminal, check, frame, nameWidth));
  if (shown.length < checks.length) lines.push(terminal.colors.dim(`  … and ${hiddenOnes(checks, shown)}`));
  return lines.map((line) => fitWidth(line, width)).join("\n");
}

function renderCheck(terminal: Terminal, check: LiveCheck, frame: number, nameWidth: number): string {
  const { colors } = terminal;
  const { symbol } = checkLook(terminal, check.status);
  const isRunning = check.status === "running";
  const sign = isRunning ? colors.cyan(SPINNER[frame % SPINNER.length]) : symbol;
  const time = ["pending", "blocked"].includes(check.status) ? "" : formatDuration(check.durationMs);
  return `${sign} ${padToWidth(check.script, nameWidth)} ${time.padStart(TIME_WIDTH)}  ${remark(terminal, check)}`.trimEnd();
}

function remark(terminal: Terminal, { status, after, said = "" }: LiveCheck): string {
  const { colors } = terminal;
  if (status === "running") return colors.dim(said);
  if (status === "pending")
    return colors.dim(after.length === 0 ? "waits for a free place" : `waits for ${after.join(", ")}`);
  return checkLook(terminal, status).word;
}

function mostImportant(checks: readonly LiveCheck[], count: number): readonly LiveCheck[] {
  const rank = ({ status }: LiveCheck): number => IMPORTANCE.indexOf(status);
  const chosen = new Set([...checks].sort((a, b) => rank(a) - rank(b)).slice(0, count));
  return checks.filter((check) => chosen.has(check));
}

function hiddenOnes(checks: readonly LiveCheck[], shown: readonly LiveCheck[]): string {
  const hidden = checks.filter((check) => !shown.includes(check));
  const done = hidden.filter(({ status }) => status === "done").length;
  return done === 0 ? `${hidden.length} more` : `${hidden.length} more (${done} done)`;
}
