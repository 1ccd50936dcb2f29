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

const TABLES: Readonly<Record<string, string>> = { task: "tasks", graph: "graphs" };
const SHARED_TABLE = "documents";
const VALUES = "revision, type, status, document, texts, text_spans";

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
    const insert = `INSERT INTO ${name} (${keys}, ${VALUES}) VALUES (${own ? "" : "?, "}?, ?, ?, ?, ?, ?, ?)`;
    const set = VALUES.replaceAll(/\w+/g, "$& = excluded.$&");
    this.#insert = database.prepare(`${insert} ON CONFLICT DO NOTHING`);
    this.#upsert = database.prepare(
      `${insert} ON CONFLICT (${keys}) DO UPDATE SET ${set} WHERE ${name}.revision < excluded.revision`,
    );
    // The columns first and the keys last, as the parameters of an UPDATE come.
    this.#update = database.prepare(
      `UPDATE ${name} SET ${VALUES.replaceAll(/\w+/g, "$& = ?")} WHERE ${this.#where}id = ? AND revision = ?`,
    );
  }

  /** Stores a document, in one statement; tells whether the condition of the change held. */
  put({ id, document, revision, ifRevision }: PutChange): boolean {
    const { document: json, texts, text_spans } = this.#columns(id, document);
    const values = [revision, filterable(document["type"]), filterable(document["status"]), json, texts, text_spans];
    const keys = [...this.#scope, toTextKey(id)];
    if (typeof ifRevision === "number") return this.#update.run(...values, ...keys, ifRevision).changes > 0;
    return (ifRevision === null ? this.#insert : this.#upsert).run(...keys, ...values).changes > 0;
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
      `SELECT seq, id, document, texts, text_spans FROM ${this.#name} WHERE ${this.#where}id IN (${Array(width).fill("?").join(", ")})`,
    );
    for (let start = 0; start < ids.length; start += width) {
      const chunk: (string | null)[] = ids.slice(start, start + width).map(toTextKey);
      // Nothing equals NULL.
      while (chunk.length < width) chunk.push(null);
      for (const row of statement.all(...this.#scope, ...chunk)) yield this.#stored(row as Row);
    }
  }

  /** The next documents that match, at most `limit`; the statement stays open until the caller has enough. */
  *scan(filter: Filter, after: number, limit: number): Generator<StoredRow> {
    const { sql, parameters } = this.#selection(filter, after);
    for (const row of this.#prepared(`${sql} ORDER BY seq LIMIT ?`).iterate(...parameters, limit))
      yield this.#stored(row as Row);
  }

  /** The next ids, at most `limit`. */
  keys(after: number, limit: number): StoredKey[] {
    const statement = this.#prepared(
      `SELECT seq, id FROM ${this.#name} WHERE ${this.#where}seq > ? ORDER BY seq LIMIT ?`,
    );
    return (statement.all(...this.#scope, after, limit) as Row[]).map(keyOf);
  }

  /** How many documents match, whatever the limit. */
  count({ status = [], type }: Filter): number {
    const conditions = [
      ...(status.length > 0 ? [`status IN (${status.map(() => "?").join(", ")})`] : []),
      ...(type === undefined ? [] : ["type = ?"]),
      "TRUE",
    ];
    const row = this.#prepared(
      `SELECT count(*) AS count FROM ${this.#name} WHERE ${this.#where}${conditions.join(" AND ")}`,
    ).get(...this.#scope, ...status.map(toTextKey), ...(type === undefined ? [] : [toTextKey(type)]));
    return Number((row as { readonly count: number | bigint }).count);
  }

  /**
   * One SELECT for each status: SQLite merges them in order, each from its index, where `status IN (…)` would sort all that is left
   * for every page.
   */
  #selection(
    { status, type }: Filter,
    after: number,
  ): { readonly sql: string; readonly parameters: readonly unknown[] } {
    const statuses = status ? [...new Set(status)] : [undefined];
    // `+` keeps the type's index out of the way: the status is the narrower choice of the two.
    const conditions = [
      ...(status ? ["status = ?"] : []),
      ...(type === undefined ? [] : [status ? "+type = ?" : "type = ?"]),
      "seq > ?",
    ];
    const select = `SELECT seq, id, document, texts, text_spans FROM ${this.#name} WHERE ${this.#where}${conditions.join(" AND ")}`;
    const wanted = (text: string | undefined): readonly string[] => (text === undefined ? [] : [toTextKey(text)]);
    return {
      sql: statuses.map(() => select).join(" UNION ALL "),
      parameters: statuses.flatMap((one) => [...this.#scope, ...wanted(one), ...wanted(type), after]),
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

function filterable(value: unknown): string | null {
  return typeof value === "string" ? toTextKey(value) : null;
}
