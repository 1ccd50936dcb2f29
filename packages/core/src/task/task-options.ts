import {
  checkDate,
  checkNumber,
  checkObject,
  checkOptions,
  checkString,
  checkText,
  checkTimerMs,
  optional,
  unchecked,
  type Checks,
} from "../internal/check-option.ts";
import { checkOnInterrupted, type OnInterrupted } from "./interruption.ts";
import { checkRetry, type RetryPolicy } from "./retry-policy.ts";
import { frozenJson, type JsonObject, type JsonValue } from "../internal/json-value.ts";
import type { DocumentFields } from "./read-document.ts";
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
   * Milliseconds after which a running task is stopped and fails, for each attempt: above 0 and at most 2,147,483,647.
   *
   * @default undefined (no timeout)
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds from its start after which a task fails, all its attempts and the delays between them together.
   *
   * @default undefined (no deadline)
   */
  readonly deadlineMs?: number | undefined;
  /**
   * How often the task is tried again when it fails.
   *
   * @default the executor's `retry`
   */
  readonly retry?: RetryPolicy | undefined;
  /**
   * What becomes of the task when the process that runs it is gone before its end, and the store is recovered: it runs again, it fails,
   * or it is held until it is released.
   *
   * @default "retry" for a prompt, "hold" for every other type: its effects may have happened
   */
  readonly onInterrupted?: OnInterrupted | undefined;
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

/** What few tasks have beside their payload and title; those without share one. */
export type TaskDetails = {
  readonly description: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly metadata: JsonObject;
  readonly deadlineMs?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly onInterrupted?: OnInterrupted | undefined;
};

/** What can be assigned to a task until it is done. */
export type AssignableFields = Required<TaskDetails> & { readonly payload: JsonValue; readonly title: string };

const OPTIONS: Checks<TaskOptions> = {
  type: checkText,
  payload: unchecked,
  title: checkString,
  description: checkString,
  timeoutMs: checkTimerMs,
  deadlineMs: checkTimerMs,
  retry: checkRetry,
  onInterrupted: checkOnInterrupted,
  metadata: unchecked,
  id: checkText,
  createdAt: checkDate,
};
const TEXT_TYPES: readonly string[] = Object.values(TaskType);
const TITLE_LENGTH = 60;
const NO_METADATA: JsonObject = Object.freeze({});
const NO_DETAILS: TaskDetails = { description: undefined, timeoutMs: undefined, metadata: NO_METADATA };

/** What each field is kept as when it is assigned; throws a `TypeError` for a value that it cannot be. */
export const readField: {
  readonly [F in keyof AssignableFields]: (name: string, value: unknown, type: string) => AssignableFields[F];
} = {
  payload: (name, value, type) =>
    frozenJson((TEXT_TYPES.includes(type) ? checkText(`payload of a ${type} task`, value) : value) as JsonValue, name),
  title: checkString,
  description: optional(checkString),
  timeoutMs: optional(checkTimerMs),
  deadlineMs: optional(checkTimerMs),
  retry: optional(checkRetry),
  onInterrupted: optional(checkOnInterrupted),
  metadata: (name, value = NO_METADATA) =>
    value === NO_METADATA ? NO_METADATA : frozenJson(checkObject(name, value) as JsonObject, name),
};

/**
 * Checks what a task is made of.
 *
 * @throws {TypeError} when an option is unknown or not as expected
 */
export function checkTaskOptions(options: TaskOptions): void {
  checkOptions("a task", options, OPTIONS);
  checkText("type", options.type);
}

/** The details that a task starts with. */
export function detailsOf(options: TaskOptions): TaskDetails {
  const { type, description, timeoutMs, metadata, deadlineMs, retry, onInterrupted } = options;
  const isPlain = description === undefined && timeoutMs === undefined && metadata === undefined;
  const isSimple = deadlineMs === undefined && retry === undefined && onInterrupted === undefined;
  if (isPlain && isSimple) return NO_DETAILS;
  const details = { description, timeoutMs, metadata: readField.metadata("metadata", metadata, type) };
  return isSimple ? details : { ...details, deadlineMs, retry: readField.retry("retry", retry, type), onInterrupted };
}

/**
 * Reads what a document says that a task is made of.
 *
 * @throws {TypeError} when a field is not as expected; those that a task checks itself are left to it
 */
export function readOptions(fields: DocumentFields): TaskOptions {
  const { id, type, title, description, payload, metadata, timeoutMs, deadlineMs, retry, onInterrupted } = fields;
  return {
    ...{ type, payload, description, metadata, timeoutMs, deadlineMs, retry, onInterrupted },
    id: checkText("id", id),
    title: checkString("title", title),
    createdAt: new Date(checkNumber("createdAt", fields["createdAt"])),
  } as TaskOptions;
}

/** The title of a task that was given none. */
export function defaultTitle(type: string, payload: unknown): string {
  if (typeof payload !== "string") return type;
  const line = /\S.*/.exec(payload)?.[0].trimEnd() ?? "";
  if (line.length <= TITLE_LENGTH) return line || type;
  // Cut between characters, never inside one that takes two code units.
  return Array.from(line.slice(0, 2 * TITLE_LENGTH))
    .slice(0, TITLE_LENGTH)
    .join("");
}
