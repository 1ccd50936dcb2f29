import type { Filter, JsonObject, Kind, PutChange } from "@ttasks/core";
import type { Connection } from "./connection.ts";
import { fromColumns, toColumns, type DocumentColumns } from "./long-texts.ts";
import type { SqliteStatement } from "./sqlite-database.ts";
import { badDocument } from "./sqlite-error.ts";
import { fromTextKey, toTextKey } from "./text-key.ts";

/** An id with the number of its row. */
export interface StoredKey {
  readonly seq: number;
  readonly id: string;
}

/** A document with its key. */
export interface StoredRow extends StoredKey {
  readonly document: JsonObject;
  /** How much text the row holds. */
  readonly characters: number;
}

interface Row extends DocumentColumns {
  readonly seq: number | bigint;
  readonly id: string;
}

/** So many ids are asked for by one statement. */
const CHUNK = 200;

/** So many rows are known by their numbers, about 5 MB; then all are forgotten, and found by their ids. */
const MAX_ROWS = 65_536;

const TABLES: Readonly<Record<string, string>> = { task: "tasks", graph: "graphs" };
const SHARED_TABLE = "documents";
const VALUES = "revision, type, status, created_at, document, texts, text_spans";
/** What changes when a task moves, and what else must be as it was. */
const STATE_VALUES = "revision, status, document";
const KNOWN = "id = ? AND revision = ?";
const SAME = "type IS ? AND created_at IS ? AND texts IS NULL";
const DOCUMENT = "seq, id, document, texts, text_spans";

/** The statements on the documents of one kind; their transactions are the caller's. */
export class DocumentTable {
  readonly #connection: Connection;
  readonly #kind: Kind;
  readonly #name: string;
  /** Kinds without a table of their own are told apart by a column: this is bound before everything else. */
  readonly #scope: readonly string[];
  readonly #where: string;
  readonly #statements = new Map<string, SqliteStatement>();
  readonly #insert: SqliteStatement;
  readonly #upsert: SqliteStatement;
  readonly #update: SqliteStatement;
  /** As `update`, for a document that only moves on: SQLite writes the index of a column again that is set to what it was. */
  readonly #updateState: SqliteStatement;
  /** As `updateState`, for a document whose row is known: to find it by its id takes a tenth of the write. */
  readonly #updateRow: SqliteStatement;
  /** The rows of documents that this table stored, as far as is known: others may have removed them since. */
  readonly #seqs = new Map<string, number>();

  constructor(connection: Connection, kind: Kind) {
    const { database } = connection;
    const own = Object.hasOwn(TABLES, kind) ? TABLES[kind] : undefined;
    const name = own ?? SHARED_TABLE;
    const keys = own ? "id" : "kind, id";
    this.#connection = connection;
    this.#kind = kind;
    this.#name = name;
    this.#scope = own ? [] : [toTextKey(kind)];
    this.#where = own ? "" : "kind = ? AND ";
    const insert = `INSERT INTO ${name} (${keys}, ${VALUES}) VALUES (${own ? "" : "?, "}?, ?, ?, ?, ?, ?, ?, ?)`;
    const set = VALUES.replaceAll(/\w+/g, "$& = excluded.$&");
    this.#insert = database.prepare(`${insert} ON CONFLICT DO NOTHING`);
    this.#upsert = database.prepare(
      `${insert} ON CONFLICT (${keys}) DO UPDATE SET ${set} WHERE ${name}.revision < excluded.revision`,
    );
    // The scope last: a spread at the end of a call costs nothing, one in the middle makes an array for each write.
    const update = (columns: string, known: string): string =>
      `UPDATE ${name} SET ${columns.replaceAll(/\w+/g, "$& = ?")} WHERE ${known}${own ? "" : " AND kind = ?"}`;
    this.#update = database.prepare(update(VALUES, KNOWN));
    this.#updateState = database.prepare(update(STATE_VALUES, `${KNOWN} AND ${SAME}`));
    this.#updateRow = database.prepare(update(STATE_VALUES, `seq = ? AND ${KNOWN} AND ${SAME}`));
  }

  /** Stores a document, in one statement; tells whether the condition of the change held. */
  put({ id, document, revision, ifRevision }: PutChange): boolean {
    // Saving a graph puts all of its tasks, and most are stored as they are: to write a document costs several looks.
    if (ifRevision === undefined && this.#revisionOf(id) >= revision) return false;
    const { document: json, texts, text_spans } = this.#columns(id, document);
    const type = textOf(document["type"]);
    const status = textOf(document["status"]);
    const createdAt = typeof document["createdAt"] === "number" ? document["createdAt"] : null;
    const key = toTextKey(id);
    const scope = this.#scope;
    if (typeof ifRevision !== "number") {
      const statement = ifRevision === null ? this.#insert : this.#upsert;
      const { changes, lastInsertRowid } = statement.run(
        ...scope,
        key,
        revision,
        type,
        status,
        createdAt,
        json,
        texts,
        text_spans,
      );
      if (changes > 0) this.#noteRow(id, lastInsertRowid);
      return changes > 0;
    }
    const seq = texts === null ? this.#seqs.get(id) : undefined;
    if (seq !== undefined) {
      const { changes } = this.#updateRow.run(revision, status, json, seq, key, ifRevision, type, createdAt, ...scope);
      if (changes > 0) return true;
      this.#seqs.delete(id);
    }
    return (
      (texts === null &&
        this.#updateState.run(revision, status, json, key, ifRevision, type, createdAt, ...scope).changes > 0) ||
      this.#update.run(revision, type, status, createdAt, json, texts, text_spans, key, ifRevision, ...scope).changes >
        0
    );
  }

  /** Where the put became an update, this is the row of something else: the statement that uses it looks at the id as well. */
  #noteRow(id: string, row: number | bigint): void {
    if (this.#seqs.size >= MAX_ROWS) this.#seqs.clear();
    this.#seqs.set(id, Number(row));
  }

  /** The revision that is stored; -1 where there is none. */
  #revisionOf(id: string): number {
    const row = this.#prepared(`SELECT revision FROM ${this.#name} WHERE ${this.#where}id = ?`).get(
      ...this.#scope,
      toTextKey(id),
    );
    return row === undefined ? -1 : Number((row as { readonly revision: number | bigint }).revision);
  }

  /** Removes a document; tells whether it was stored. */
  delete(id: string): boolean {
    return (
      this.#prepared(`DELETE FROM ${this.#name} WHERE ${this.#where}id = ?`).run(...this.#scope, toTextKey(id))
        .changes > 0
    );
  }

  /** Removes all documents of the kind. */
  clear(): void {
    this.#prepared(`DELETE FROM ${this.#name} WHERE ${this.#where}TRUE`).run(...this.#scope);
  }

  /** The number of the row of a document that is stored. */
  seqOf(id: string): number {
    const row = this.#prepared(`SELECT seq FROM ${this.#name} WHERE ${this.#where}id = ?`).get(
      ...this.#scope,
      toTextKey(id),
    );
    return Number((row as Pick<Row, "seq">).seq);
  }

  /** The documents of these ids, in pieces. */
  *read(ids: readonly string[]): Generator<StoredRow> {
    const width = ids.length === 1 ? 1 : CHUNK;
    const statement = this.#prepared(
      `SELECT ${DOCUMENT} FROM ${this.#name} WHERE ${this.#where}id IN (${Array(width).fill("?").join(", ")})`,
    );
    for (let start = 0; start < ids.length; start += width) {
      const chunk: (string | null)[] = ids.slice(start, start + width).map(toTextKey);
      // Nothing equals NULL.
      while (chunk.length < width) chunk.push(null);
      for (const row of statement.all(...this.#scope, ...chunk)) yield this.#stored(row as Row);
    }
  }

  /**
   * The next documents that match after the row `after`, at most `limit`; the statement stays open until the caller has enough. For the
   * fields of a filter that {@link mustBeListed} names, rows are to be listed.
   */
  *scan(filter: Filter, after: number, limit: number): Generator<StoredRow> {
    const direction = filter.order === "desc" ? "DESC" : "";
    const { sql, parameters } = this.#selection(filter, after);
    for (const row of this.#prepared(`${sql} ORDER BY seq ${direction} LIMIT ?`).iterate(...parameters, limit))
      yield this.#stored(row as Row);
  }

  /** The numbers of all rows that match, in order. */
  list(filter: Filter): readonly number[] {
    const { sql, parameters } = conditions(filter);
    const rows = this.#prepared(`SELECT seq FROM ${this.#name} WHERE ${this.#where}${sql}`);
    const seqs = (rows.all(...this.#scope, ...parameters) as Row[]).map(({ seq }) => Number(seq));
    return seqs.sort((a, b) => (filter.order === "desc" ? b - a : a - b));
  }

  /** The documents in these rows, in pieces; those that are gone are left out. */
  *rows(seqs: readonly number[]): Generator<StoredRow> {
    const found = this.#prepared(
      `SELECT ${DOCUMENT} FROM ${this.#name} WHERE ${this.#where}seq IN (SELECT value FROM json_each(?))`,
    ).all(...this.#scope, JSON.stringify(seqs)) as Row[];
    const bySeq = new Map(found.map((row) => [Number(row.seq), row]));
    for (const seq of seqs) {
      const row = bySeq.get(seq);
      if (row) yield this.#stored(row);
    }
  }

  /** The next ids, at most `limit`. */
  keys(after: number, limit: number): StoredKey[] {
    const statement = this.#prepared(
      `SELECT seq, id FROM ${this.#name} WHERE ${this.#where}seq > ? ORDER BY seq LIMIT ?`,
    );
    return (statement.all(...this.#scope, after, limit) as Row[]).map(keyOf);
  }

  /** How many documents match, whatever `offset` and `limit`; the text is not looked at. */
  count(filter: Filter): number {
    const { sql, parameters } = conditions(filter);
    const row = this.#prepared(`SELECT count(*) AS count FROM ${this.#name} WHERE ${this.#where}${sql}`).get(
      ...this.#scope,
      ...parameters,
    );
    return Number((row as { readonly count: number | bigint }).count);
  }

  /**
   * One SELECT for each status: SQLite merges them in order, each from its index, where `status IN (...)` would sort all that is left
   * for every page.
   */
  #selection(
    { status, type, order }: Filter,
    after: number,
  ): { readonly sql: string; readonly parameters: readonly unknown[] } {
    const statuses = status ? [...new Set(status)] : [undefined];
    // `+` keeps the type's index out of the way: the status is the narrower choice of the two.
    const wanted = [
      ...(status ? ["status = ?"] : []),
      ...(type === undefined ? [] : [status ? "+type = ?" : "type = ?"]),
      order === "desc" ? "seq < ?" : "seq > ?",
    ];
    const select = `SELECT ${DOCUMENT} FROM ${this.#name} WHERE ${this.#where}${wanted.join(" AND ")}`;
    const keys = (text: string | undefined): readonly string[] => (text === undefined ? [] : [toTextKey(text)]);
    return {
      sql: statuses.map(() => select).join(" UNION ALL "),
      parameters: statuses.flatMap((one) => [...this.#scope, ...keys(one), ...keys(type), after]),
    };
  }

  #prepared(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#connection.database.prepare(sql)));
    return statement;
  }

  #columns(id: string, document: JsonObject): DocumentColumns {
    try {
      return toColumns(document);
    } catch (error) {
      throw badDocument(this.#kind, id, this.#connection.path, "cannot be stored", error);
    }
  }

  #stored(row: Row): StoredRow {
    const key = keyOf(row);
    try {
      return { ...key, document: fromColumns(row), characters: row.document.length + (row.texts?.length ?? 0) };
    } catch (error) {
      throw badDocument(this.#kind, key.id, this.#connection.path, "is damaged", error);
    }
  }
}

function keyOf({ seq, id }: Pick<Row, "seq" | "id">): StoredKey {
  return { seq: Number(seq), id: fromTextKey(id) };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? toTextKey(value) : null;
}

/** Whether a walk is not by the order of rows, but by an index: then all rows that match are listed first. */
export function mustBeListed({ ids, task, createdAfter, createdBefore }: Filter): boolean {
  return ids !== undefined || task !== undefined || createdAfter !== undefined || createdBefore !== undefined;
}

/** What of a filter SQLite can look at. */
function conditions({ status, type, ids, task, createdAfter, createdBefore }: Filter): {
  readonly sql: string;
  readonly parameters: readonly unknown[];
} {
  const wanted: readonly (readonly [sql: string, parameters: readonly unknown[] | undefined])[] = [
    [`status IN (${status?.map(() => "?").join(", ") ?? ""})`, status?.map(toTextKey)],
    ["type = ?", type === undefined ? undefined : [toTextKey(type)]],
    ["id IN (SELECT value FROM json_each(?))", ids && [JSON.stringify(Array.from(ids, toTextKey))]],
    ["seq IN (SELECT graph FROM graph_tasks WHERE task_id = ?)", task === undefined ? undefined : [toTextKey(task)]],
    ["created_at > ?", createdAfter === undefined ? undefined : [createdAfter]],
    ["created_at < ?", createdBefore === undefined ? undefined : [createdBefore]],
  ];
  const given = wanted.filter(([, parameters]) => parameters !== undefined);
  return {
    sql: [...given.map(([sql]) => sql), "TRUE"].join(" AND "),
    parameters: given.flatMap(([, parameters]) => parameters ?? []),
  };
}
