import type { JsonObject, JsonValue } from "@ttasks/core";
import type { Connection } from "./connection.ts";
import type { SqliteStatement } from "./sqlite-database.ts";
import { fromTextKey, toTextKey } from "./text-key.ts";

interface Row {
  readonly task_id: string | null;
  readonly entry: string;
}

/** The `tasks` of the documents of graphs, as rows of their own. */
export class GraphTasks {
  readonly #insert: SqliteStatement;
  readonly #trim: SqliteStatement;
  readonly #select: SqliteStatement;

  constructor({ database }: Connection) {
    // A graph that has grown writes its new tasks only.
    this.#insert = database.prepare(`
      INSERT INTO graph_tasks (graph, position, task_id, entry) VALUES (?, ?, ?, ?)
      ON CONFLICT (graph, position) DO UPDATE SET task_id = excluded.task_id, entry = excluded.entry
      WHERE task_id IS NOT excluded.task_id OR entry <> excluded.entry`);
    this.#trim = database.prepare("DELETE FROM graph_tasks WHERE graph = ? AND position >= ?");
    this.#select = database.prepare("SELECT task_id, entry FROM graph_tasks WHERE graph = ? ORDER BY position");
  }

  /** Takes the tasks out of a document; an empty array stays in their place. */
  static split(document: JsonObject): { readonly rest: JsonObject; readonly tasks: readonly JsonValue[] } {
    const { tasks } = document;
    return isArray(tasks) ? { rest: { ...document, tasks: [] }, tasks } : { rest: document, tasks: [] };
  }

  /** Stores the tasks of the graph in row `graph`, over those that it had. */
  replace(graph: number, tasks: readonly JsonValue[]): void {
    tasks.forEach((task, position) => {
      const { id, ...entry } = isObject(task) ? task : {};
      if (typeof id === "string") this.#insert.run(graph, position, toTextKey(id), JSON.stringify(entry));
      else this.#insert.run(graph, position, null, JSON.stringify(task));
    });
    this.#trim.run(graph, tasks.length);
  }

  /** Puts the tasks back into the document of the graph in row `graph`. */
  join(graph: number, document: JsonObject): { readonly document: JsonObject; readonly count: number } {
    if (!isArray(document["tasks"])) return { document, count: 0 };
    const tasks = Array.from(this.#select.iterate(graph) as Iterable<Row>, ({ task_id, entry }): JsonValue => {
      const value = JSON.parse(entry) as JsonObject;
      return task_id === null ? value : { id: fromTextKey(task_id), ...value };
    });
    return { document: { ...document, tasks }, count: tasks.length };
  }
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
