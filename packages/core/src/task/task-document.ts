import { StoreError } from "../errors/store-errors.ts";
import { shown } from "../internal/json-value.ts";
import type { TaskOptions } from "./task-options.ts";
import type { TaskResultFields } from "./task-result.ts";
import { isTerminal, TRANSITIONS, type TaskStatus } from "./task-status.ts";

/** The version of the stored form that this release writes. */
export const TASK_DOCUMENT_VERSION = 1;

/** The parts of a task's document, checked. */
export interface TaskDocument {
  readonly options: TaskOptions;
  readonly status: TaskStatus;
  readonly revision: number;
  readonly result: TaskResultFields | undefined;
}

type Fields = Readonly<Record<string, unknown>>;
/** What a field of a document must be, in words and as a test. */
export type Check = readonly [expectation: string, holds: (value: unknown) => boolean];

const isString = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const optional = ([expectation, holds]: Check): Check => [
  `${expectation} or absent`,
  (value) => value === undefined || holds(value),
];

/** A string. */
export const STRING: Check = ["a string", isString];
const NUMBER: Check = ["a number", isNumber];
/** A whole number from 0. */
export const COUNT: Check = [
  "a whole number from 0",
  (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0,
];
const OBJECT: Check = ["an object", (value) => typeof value === "object" && value !== null && !Array.isArray(value)];
const PRESENT: Check = ["a JSON value", (value) => value !== undefined];
const BOOLEAN: Check = ["true or false", (value) => typeof value === "boolean"];
const STATUS: Check = [
  `one of ${Object.keys(TRANSITIONS).join(", ")}`,
  (value) => isString(value) && Object.hasOwn(TRANSITIONS, value as string),
];

const TASK_FIELDS: Readonly<Record<string, Check>> = {
  id: STRING,
  revision: COUNT,
  type: STRING,
  title: STRING,
  description: optional(STRING),
  payload: PRESENT,
  metadata: OBJECT,
  timeoutMs: optional(NUMBER),
  status: STATUS,
  createdAt: NUMBER,
  result: optional(OBJECT),
};

const RESULT_FIELDS: Readonly<Record<string, Check>> = {
  status: ["done, failed or cancelled", (value) => STATUS[1](value) && isTerminal(value as TaskStatus)],
  startedAt: NUMBER,
  finishedAt: NUMBER,
  durationMs: NUMBER,
  error: optional(STRING),
  stderr: optional(STRING),
  exitCode: optional(NUMBER),
  signal: optional(STRING),
  truncated: optional(BOOLEAN),
};

/**
 * Reads what `Task.toJSON` wrote.
 *
 * @throws {StoreError} `bad_document` when it is something else, `newer_document` when a newer version wrote it.
 */
export function readTaskDocument(document: unknown): TaskDocument {
  const fields = checkDocument("task", document, TASK_DOCUMENT_VERSION, TASK_FIELDS);
  if (fields["result"] !== undefined) checkFields("task", fields, "result.", fields["result"] as Fields, RESULT_FIELDS);
  const { id, type, title, description, payload, metadata, timeoutMs, createdAt, status, revision, result } = fields;
  const options = {
    id,
    type,
    title,
    description,
    payload,
    metadata,
    timeoutMs,
    createdAt: new Date(createdAt as number),
  } as TaskOptions;
  return {
    options,
    status: status as TaskStatus,
    revision: revision as number,
    result: result as TaskResultFields | undefined,
  };
}

/**
 * Checks the version and the fields of a stored document.
 *
 * @throws {StoreError} that names the document and the first field that is wrong.
 */
export function checkDocument(
  kind: string,
  document: unknown,
  version: number,
  checks: Readonly<Record<string, Check>>,
): Fields {
  if (!OBJECT[1](document))
    throw new StoreError("bad_document", `Expected the document of a ${kind} to be an object, got ${shown(document)}`);
  const fields = document as Fields;
  const found = fields["version"];
  if (Number.isInteger(found) && (found as number) > version)
    throw new StoreError(
      "newer_document",
      `${named(kind, fields)} was written by a newer version of ttasks (document version ${String(found)}, this one reads up to ${version}): update ttasks`,
    );
  checkFields(kind, fields, "", fields, { version: [String(version), (value) => value === version], ...checks });
  return fields;
}

function checkFields(
  kind: string,
  document: Fields,
  path: string,
  fields: Fields,
  checks: Readonly<Record<string, Check>>,
): void {
  for (const [name, [expectation, holds]] of Object.entries(checks)) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!holds(value))
      throw new StoreError(
        "bad_document",
        `${named(kind, document)} is damaged: expected \`${path}${name}\` to be ${expectation}, got ${shown(value)}`,
      );
  }
}

function named(kind: string, fields: Fields): string {
  return `The document of ${kind} ${shown(fields["id"])}`;
}
