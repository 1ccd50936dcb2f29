import {
  matchesFilter,
  StoreError,
  type Change,
  type Filter,
  type JsonObject,
  type Kind,
  type LogChange,
  type LogDriver,
  type StoreDriver,
} from "@ttasks/core";
import type { Connection } from "./connection.ts";
import { DocumentTable, mustBeListed, type StoredKey, type StoredRow } from "./document-table.ts";
import { GraphTasks } from "./graph-tasks.ts";
import { LogTable } from "./log-table.ts";
import { badDocument } from "./sqlite-error.ts";

/**
 * A walk reads so many documents at a time, or fewer large ones, so that no statement stays open between two of them. It begins with
 * few, because many walks are left early.
 */
const FIRST_PAGE_ROWS = 16;
const PAGE_ROWS = 512;
/** The same where the rows are listed. */
const LISTED_ROWS = 64;
const PAGE_CHARACTERS = 8_000_000;
/** What a task in a graph's document weighs in a page. */
const GRAPH_TASK_CHARACTERS = 100;

const GRAPH: Kind = "graph";

/** Documents in an SQLite database. */
export class SqliteDriver implements StoreDriver<"sync"> {
  readonly logs: LogDriver<"sync"> = {
    read: (id, filter) => this.#connection.run("read", () => this.#logs().read(id, filter)),
    write: (changes) => this.#write(changes),
  };
  readonly #connection: Connection;
  readonly #tables = new Map<Kind, DocumentTable>();
  #openedGraphTasks: GraphTasks | undefined;
  #openedLogs: LogTable | undefined;
  /** How often this driver has written. */
  #writes = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  read(kind: Kind, ids: readonly string[]): readonly JsonObject[] {
    const wanted = [...new Set(ids)];
    const read = (table: DocumentTable): JsonObject[] =>
      Array.from(table.read(wanted), (row) => this.#complete(kind, row).document);
    return wanted.length === 1 && kind !== GRAPH ? this.#look(kind, read) : this.#lookAtOneState(kind, read);
  }

  *scan(kind: Kind, filter: Filter): Generator<JsonObject, void, undefined> {
    const { status, offset = 0, limit = Infinity } = filter;
    if (status?.length === 0) return;
    // What only the document tells decides about places before `offset` and `limit` do.
    const { rest, inDocument } = splitFilter(kind, filter);
    const rows = mustBeListed(rest)
      ? this.#listed(kind, rest)
      : this.#matching(kind, rest, inDocument ? Infinity : offset + limit);
    let place = 0;
    for (const { document } of rows) {
      if (place >= offset + limit) return;
      if ((!inDocument || matchesFilter(document, inDocument)) && place++ >= offset) yield document;
    }
  }

  *keys(kind: Kind): Generator<string, void, undefined> {
    const nextPage = (after: number, rows: number): readonly StoredKey[] =>
      this.#look(kind, (table) => table.keys(after, rows));
    for (const { id } of this.#walk(Infinity, nextPage, 0)) yield id;
  }

  count(kind: Kind, filter: Filter): number {
    const { status, offset = 0, limit = Infinity } = filter;
    if (status?.length === 0) return 0;
    if (splitFilter(kind, filter).inDocument) return Array.from(this.scan(kind, filter)).length;
    const found = this.#look(kind, (table) => table.count(filter));
    return Math.min(limit, Math.max(0, found - offset));
  }

  write(changes: readonly Change[]): readonly number[] {
    return this.#write(changes);
  }

  #write(changes: readonly (Change | LogChange)[]): readonly number[] {
    const connection = this.#connection;
    // In a transaction of somebody else's the changes would not be durable on return.
    if (connection.database.inTransaction)
      throw new StoreError(
        "store_failed",
        `Cannot write the ledger "${connection.path}": its database is in a transaction of its own; end that first`,
      );
    this.#writes++;
    const work = (): number[] => {
      const skipped: number[] = [];
      changes.forEach((change, index) => {
        if (!this.#change(change)) skipped.push(index);
      });
      return skipped;
    };
    const [first, ...others] = changes;
    // A single statement is a transaction by itself.
    const isSingle = others.length === 0 && first?.op === "put" && first.kind !== GRAPH;
    return isSingle ? connection.run("write", work) : connection.transaction("IMMEDIATE", "write", work);
  }

  #look<T>(kind: Kind, work: (table: DocumentTable) => T): T {
    return this.#connection.run("read", () => work(this.#table(kind)));
  }

  /** Reads by several statements, all from one state of the ledger, whatever others write meanwhile. */
  #lookAtOneState<T>(kind: Kind, work: (table: DocumentTable) => T): T {
    const connection = this.#connection;
    if (connection.database.inTransaction) return this.#look(kind, work);
    return connection.transaction("DEFERRED", "read", () => work(this.#table(kind)));
  }

  /** The rows that match, in their order. */
  #matching(kind: Kind, filter: Filter, limit: number): Generator<StoredRow, void, undefined> {
    const nextPage = (after: number, rows: number): readonly StoredRow[] => this.#page(kind, filter, after, rows);
    return this.#walk(limit, nextPage, filter.order === "desc" ? Number.MAX_SAFE_INTEGER : 0);
  }

  /** The rows that matched when the walk began. */
  *#listed(kind: Kind, filter: Filter): Generator<StoredRow, void, undefined> {
    const seqs = this.#look(kind, (table) => table.list(filter));
    for (let start = 0; start < seqs.length; start += LISTED_ROWS) {
      const page = seqs.slice(start, start + LISTED_ROWS);
      yield* this.#lookAtOneState(kind, (table) => Array.from(table.rows(page), (row) => this.#complete(kind, row)));
    }
  }

  /** As a walk over a `Map`: what this driver writes meanwhile is seen, so what is left of a page is read again after a write. */
  *#walk<T extends { readonly seq: number }>(
    limit: number,
    nextPage: (after: number, rows: number) => readonly T[],
    start: number,
  ): Generator<T, void, undefined> {
    let left = limit;
    let after = start;
    let rows = FIRST_PAGE_ROWS;
    while (left > 0) {
      const writes = this.#writes;
      const page = nextPage(after, Math.min(left, rows));
      if (page.length === 0) return;
      rows = Math.min(rows * 2, PAGE_ROWS);
      for (const row of page) {
        yield row;
        after = row.seq;
        left--;
        if (this.#writes === writes) continue;
        rows = 1;
        break;
      }
    }
  }

  #page(kind: Kind, filter: Filter, after: number, limit: number): readonly StoredRow[] {
    return this.#lookAtOneState(kind, (table) => {
      const page: StoredRow[] = [];
      let characters = 0;
      for (const row of table.scan(filter, after, limit)) {
        const complete = this.#complete(kind, row);
        page.push(complete);
        characters += complete.characters;
        if (characters >= PAGE_CHARACTERS) break;
      }
      return page;
    });
  }

  #complete(kind: Kind, row: StoredRow): StoredRow {
    if (kind !== GRAPH) return row;
    try {
      const { document, count } = this.#graphTasks().join(row.seq, row.document);
      return { ...row, document, characters: row.characters + count * GRAPH_TASK_CHARACTERS };
    } catch (error) {
      if (error instanceof SyntaxError) throw badDocument(kind, row.id, this.#connection.path, "is damaged", error);
      throw error;
    }
  }

  #change(change: Change | LogChange): boolean {
    if (change.op === "log") return this.#logs().change(change);
    const table = this.#table(change.kind);
    if (change.op === "clear") table.clear();
    else if (change.op === "delete") return table.delete(change.id);
    else if (change.kind !== GRAPH) return table.put(change);
    else {
      const { rest, tasks } = GraphTasks.split(change.document);
      if (!table.put({ ...change, document: rest })) return false;
      this.#graphTasks().replace(table.seqOf(change.id), tasks);
    }
    return true;
  }

  #table(kind: Kind): DocumentTable {
    let table = this.#tables.get(kind);
    if (!table) this.#tables.set(kind, (table = new DocumentTable(this.#connection, kind)));
    return table;
  }

  /** Its statements are made on first use, as those of the tables: whoever uses them waits for locks. */
  #graphTasks(): GraphTasks {
    return (this.#openedGraphTasks ??= new GraphTasks(this.#connection));
  }

  #logs(): LogTable {
    return (this.#openedLogs ??= new LogTable(this.#connection));
  }
}

/** What of a filter the columns tell, and what only the document does: the text, and for all but graphs the tasks. */
function splitFilter(kind: Kind, filter: Filter): { readonly rest: Filter; readonly inDocument: Filter | undefined } {
  const { text, task } = filter;
  if (text === undefined && (task === undefined || kind === GRAPH)) return { rest: filter, inDocument: undefined };
  return kind === GRAPH
    ? { rest: filter, inDocument: { text } }
    : { rest: { ...filter, task: undefined }, inDocument: { text, task } };
}
