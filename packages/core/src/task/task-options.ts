import { checkOptions, checkString, checkText, checkTimerMs, expected } from "../internal/check-option.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { TaskType, type PayloadOf, type TaskTypeName } from "./task-type.ts";

/** What every task may be given beside its payload. */
export interface TaskFields {
  /**
   * A short name for people.
   *
   * @default the payload's first line, cut at 60 characters; the type where the payload is not a string
   */
  readonly title?: string | undefined;
  /** What the task is for. */
  readonly description?: string | undefined;
  /**
   * Milliseconds after which a running task is stopped and fails: above 0 and at most 2,147,483,647.
   *
   * @default undefined (no timeout)
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Facts about the task, kept with it; handlers read theirs under their own name, as `metadata.shell`.
   *
   * @default {}
   */
  readonly metadata?: JsonObject | undefined;
  /**
   * The task's identity.
   *
   * @default a new unique id
   */
  readonly id?: string | undefined;
  /**
   * When the task was made.
   *
   * @default now
   */
  readonly createdAt?: Date | undefined;
}

/** What `new Task` takes. */
export interface TaskOptions<K extends TaskTypeName = TaskTypeName> extends TaskFields {
  /** Which handler runs the task. */
  readonly type: K;
  /** What the handler is to do: JSON. */
  readonly payload: PayloadOf<K>;
}

const FIELDS = ["title", "description", "timeoutMs", "metadata", "id", "createdAt"];
const OPTIONS = ["type", "payload", ...FIELDS];
const TITLE_LENGTH = 60;

/**
 * Checks everything but whether payload and metadata are JSON, which copying them does.
 *
 * @throws {TypeError} for the first option that is not as expected.
 */
export function checkTaskOptions(options: TaskOptions): void {
  checkOptions("a task", options, OPTIONS);
  checkText("type", options.type);
  if (options.id !== undefined) checkText("id", options.id);
  const { createdAt } = options;
  if (createdAt !== undefined && !(createdAt instanceof Date && !Number.isNaN(createdAt.getTime())))
    throw expected("createdAt", "a valid Date", createdAt);
}

/** What each field that can be assigned later must be; `undefined` stands for "not given". */
export const checkField = {
  title: (value: unknown): void => checkString("title", value),
  description: (value: unknown): void => {
    if (value !== undefined) checkString("description", value);
  },
  timeoutMs: (value: unknown): void => {
    if (value !== undefined) checkTimerMs("timeoutMs", value);
  },
  metadata: (value: unknown): void => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw expected("metadata", "a JSON object", value);
  },
};

const TEXT_TYPES: readonly string[] = Object.values(TaskType);

/** Throws a `TypeError` when a task of a built-in type has no text to run. */
export function checkPayload(type: string, payload: unknown): void {
  if (TEXT_TYPES.includes(type)) checkText(`payload of a ${type} task`, payload);
}

/** The title of a task that was given none. */
export function defaultTitle(type: string, payload: unknown): string {
  if (typeof payload !== "string") return type;
  const line = payload.trimStart().split("\n", 1)[0]?.trimEnd() ?? "";
  // Cut between characters, never inside one that takes two code units.
  return line.length <= TITLE_LENGTH ? line || type : Array.from(line).slice(0, TITLE_LENGTH).join("");
}
