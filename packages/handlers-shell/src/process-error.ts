import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { TaskExecutionError, type HandlerOutputFields, type Task } from "@ttasks/core";
import { errorText } from "@ttasks/node-support";
import type { ShellDialect } from "./shell-dialect.ts";

/** How much of the standard error a message quotes; all that was kept is in the error's `stderr`. */
const QUOTED_LINES = 3;
const QUOTED_CHARACTERS = 500;

/** What was to be run. */
export interface Attempted {
  readonly task: Task;
  readonly dialect: ShellDialect;
  readonly program: string;
  readonly cwd: string;
}

/** The error for a process that ended with another exit code than 0, or by a signal. */
export function exitError({ task, program }: Attempted, fields: HandlerOutputFields<string>): TaskExecutionError {
  const how = fields.signal ? `was ended by signal ${fields.signal}` : `exited with code ${String(fields.exitCode)}`;
  const said = lastLines(fields.stderr ?? "");
  const message = `Task "${task.title}": ${program} ${how}${said && `: ${said}`}`;
  return new TaskExecutionError(message, { ...fields, taskId: task.id, title: task.title });
}

/** The error for a process that could not be started: why, and what to do. */
export async function startError(attempted: Attempted, cause: unknown, raw: unknown): Promise<TaskExecutionError> {
  const { task } = attempted;
  const reason = (await folderProblem(attempted.cwd)) ?? programProblem(attempted, cause);
  return new TaskExecutionError(`Task "${task.title}" could not be started: ${reason}`, {
    taskId: task.id,
    title: task.title,
    cause,
    raw,
  });
}

/** The system reports a missing folder as if the program were missing. */
async function folderProblem(cwd: string): Promise<string | undefined> {
  try {
    const found = await stat(cwd);
    if (!found.isDirectory()) return `"${cwd}", its \`cwd\`, is not a folder`;
    await access(cwd, constants.X_OK);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return `the folder "${cwd}", its \`cwd\`, does not exist`;
    return code === "EACCES" ? `the folder "${cwd}", its \`cwd\`, may not be entered` : undefined;
  }
}

function programProblem({ task, dialect, program }: Attempted, cause: unknown): string {
  const code = codeOf(cause);
  switch (code) {
    case "ENOENT":
      return `the program "${program}" was not found. ${dialect.install}, or name the program in the option \`shell\``;
    case "EACCES":
    case "EPERM":
    case "ENOEXEC":
      return `"${program}" may not be run or is not a program (${code}). Name another one in the option \`shell\``;
    case "E2BIG":
    case "ENAMETOOLONG":
      return tooLong(task, dialect);
    case "EMFILE":
    case "ENFILE":
      return `too many files are open (${code}). Run fewer tasks at once, or raise the limit (\`ulimit -n\`)`;
    case "EAGAIN":
    case "ENOMEM":
      return `the system has no room for another process (${code}). Run fewer tasks at once`;
    default:
      return errorText(cause);
  }
}

function tooLong(task: Task, dialect: ShellDialect): string {
  const bytes = Buffer.byteLength(task.payload as string);
  return (
    `its payload (${bytes} bytes) and environment are longer than the system takes; on Linux a payload may have ` +
    `131071 bytes, on Windows 32767 characters. ${dialect.longPayload}`
  );
}

/** The end of a text in a form that fits a message: without colours, a few lines. */
function lastLines(text: string): string {
  const end = stripVTControlCharacters(text.slice(-4 * QUOTED_CHARACTERS)).trim();
  const lines = end.split("\n").slice(-QUOTED_LINES).join("\n");
  return lines.length > QUOTED_CHARACTERS ? `…${lines.slice(-QUOTED_CHARACTERS)}` : lines;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
