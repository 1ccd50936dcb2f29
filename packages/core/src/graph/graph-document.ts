import { StoreError } from "../errors/store-errors.ts";
import { shown, type JsonObject } from "../internal/json-value.ts";
import { checkDocument, COUNT, STRING, type Check } from "../task/task-document.ts";
import type { Task } from "../task/task.ts";
import type { GraphEntry } from "./graph-entry.ts";

const GRAPH_DOCUMENT_VERSION = 1;

/** The parts of a graph's document, checked. */
export interface GraphDocument {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  readonly entries: readonly GraphEntry[];
}

/** The stored form of a graph: title, edges and flags. The tasks are documents of their own. */
export function graphDocument(id: string, title: string, revision: number, entries: Iterable<GraphEntry>): JsonObject {
  const tasks = Array.from(entries, (entry): JsonObject => ({
    id: entry.task.id,
    after: entry.after.map((dependency) => dependency.id),
    finally: entry.finally || undefined,
    required: entry.required ? undefined : false,
  }));
  return { version: GRAPH_DOCUMENT_VERSION, id, revision, title, tasks };
}

const FIELDS: Readonly<Record<string, Check>> = {
  id: STRING,
  revision: COUNT,
  title: STRING,
  tasks: ["an array", Array.isArray],
};

interface StoredEntry {
  readonly id: string;
  readonly after: readonly string[];
  readonly finally?: boolean;
  readonly required?: boolean;
}

/**
 * Reads what {@link graphDocument} wrote.
 *
 * @throws {StoreError} `bad_document` when it is something else, `newer_document` when a newer version wrote it, `missing_task` when
 *   one of its tasks is not among `tasks`
 */
export function readGraphDocument(document: unknown, tasks: ReadonlyMap<string, Task>): GraphDocument {
  const { id, title, revision, tasks: stored } = checkGraphDocument(document);
  const entries = stored.map((entry, index): GraphEntry => {
    const task = tasks.get(entry.id);
    if (!task)
      throw new StoreError(
        "missing_task",
        `Graph "${title}" (${id}) has a task ${shown(entry.id)} that is not in the store: it was deleted`,
      );
    // A dependency that was not yet added when the graph was saved is known by its id only.
    const after = entry.after.map((dependency) => tasks.get(dependency) ?? { id: dependency, title: dependency });
    return { index, task, after, finally: entry.finally ?? false, required: entry.required ?? true };
  });
  return { id, title, revision, entries };
}

/** The ids of a stored graph's tasks. */
export function taskIdsOf(document: unknown): readonly string[] {
  return checkGraphDocument(document).tasks.map(({ id }) => id);
}

function checkGraphDocument(document: unknown): {
  id: string;
  title: string;
  revision: number;
  tasks: readonly StoredEntry[];
} {
  const fields = checkDocument("graph", document, GRAPH_DOCUMENT_VERSION, FIELDS) as unknown as ReturnType<
    typeof checkGraphDocument
  >;
  const seen = new Set<string>();
  const wrong = fields.tasks.findIndex((entry) => !isStoredEntry(entry) || seen.size === seen.add(entry.id).size);
  if (wrong !== -1)
    throw new StoreError(
      "bad_document",
      `The document of graph ${shown(fields.id)} is damaged: expected \`tasks[${wrong}]\` to be { id, after, finally?, required? } with an id of its own, got ${shown(fields.tasks[wrong])}`,
    );
  return fields;
}

function isStoredEntry(entry: unknown): entry is StoredEntry {
  const { id, after, finally: isFinally = false, required = true } = Object(entry) as Record<string, unknown>;
  return (
    typeof id === "string" &&
    Array.isArray(after) &&
    after.every((dependency) => typeof dependency === "string") &&
    typeof isFinally === "boolean" &&
    typeof required === "boolean"
  );
}
