import type { Task } from "ttasks";
import { checkLook } from "./check-look.ts";
import { formatDuration } from "./format-duration.ts";
import { plainLines } from "./plain-lines.ts";
import type { Terminal } from "./terminal.ts";

/** An answer that is longer than it was asked to be is left to the ledger from here on. */
const MAX_LINES = 12;

/** What the model recommends, or in one line why it does not. */
export function renderRecommendation(terminal: Terminal, task: Task<"prompt">): string {
  const { colors } = terminal;
  const { symbol, word } = checkLook(terminal, task.status, { isOptional: true });
  const model = task.isDone ? task.result?.usage?.model : undefined;
  const time = `after ${formatDuration(task.result?.durationMs)}${model === undefined ? "" : ` (${plain(model)})`}`;
  const title = task.isDone ? colors.bold(task.title) : task.title;
  const heading = terminal.wrap(`${symbol} ${title}: ${word} ${colors.dim(time)}`);
  const lines = task.isDone ? answerLines(task.result?.output ?? "") : task.isFailed ? [shortError(task)] : [];
  const text = lines.flatMap((line) => terminal.wrap(line, 2)).map((line) => `  ${line.trim()}`.trimEnd());
  return [...heading, ...text, ""].join("\n");
}

function answerLines(answer: string): readonly string[] {
  const lines = plainLines(answer.trim());
  return lines.length <= MAX_LINES ? lines : [...lines.slice(0, MAX_LINES), "…"];
}

/** What the user can do about a failure, where the handler says that; this program has no option for another provider. */
function shortError({ title, error = "" }: Task): string {
  const named = `Task "${title}"`;
  const said = plain(error).replace(" (or give a `provider` of your own)", "");
  const text = said.startsWith(named) ? said.slice(named.length).replace(/^:? /, "") : said;
  const useful = text.slice(Math.max(0, text.indexOf("You are not signed in")));
  return useful.charAt(0).toUpperCase() + useful.slice(1);
}

function plain(text: string): string {
  return plainLines(text.trim())[0] ?? "";
}
