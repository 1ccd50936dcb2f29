import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  matchesFilter,
  type Change,
  type Filter,
  type JsonObject,
  type Kind,
  type PutChange,
  type StoreDriver,
} from "@ttasks/core";
import { badDocument, storeFailed } from "./errors.js";
import { Journal } from "./journal.js";

/** A document as it lies in its file. */
interface Row {
  readonly file: string;
  readonly revision: number;
  readonly text: string;
}

/** The documents of a kind by id, in the order of their first put. */
type Rows = Map<string, Row>;

/** Keeps each document in a file `<kind>/<number>.json`; the numbers tell the order of the first put. */
export class JsonFolderDriver implements StoreDriver<"sync"> {
  readonly #folder: string;
  readonly #journal: Journal;
  /** All documents as text, so that each read gives a new object. */
  readonly #kinds = new Map<Kind, Rows>();
  #nextNumber = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#journal = new Journal(folder);
    try {
      mkdirSync(folder, { recursive: true });
      this.#journal.carryOut();
      for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) this.#load(entry.name);
    } catch (error) {
      throw storeFailed("open", folder, error);
    }
  }

  /** The documents stored under these ids. */
  read(kind: Kind, ids: readonly string[]): readonly JsonObject[] {
    const rows = this.#rows(kind);
    return ids.flatMap((id) => rows.get(id) ?? []).map(documentOf);
  }

  /** The documents that match, in order. */
  *scan(kind: Kind, filter: Filter): IterableIterator<JsonObject> {
    const { order, offset = 0, limit = Infinity } = filter;
    const ids = order === "desc" ? Array.from(this.keys(kind)).reverse() : this.keys(kind);
    let place = 0;
    for (const id of ids) {
      if (place >= offset + limit) return;
      // It may have been deleted since the walk began.
      const row = this.#rows(kind).get(id);
      if (row === undefined) continue;
      const document = documentOf(row);
      if (matchesFilter(document, filter) && place++ >= offset) yield document;
    }
  }

  /** The ids, in order. */
  *keys(kind: Kind): IterableIterator<string> {
    // A write puts a new map in place of the old one: what was deleted since the walk began is not in the new one.
    for (const id of this.#rows(kind).keys()) if (this.#rows(kind).has(id)) yield id;
  }

  /** How many documents match. */
  count(kind: Kind, filter: Filter): number {
    return Array.from(this.scan(kind, filter)).length;
  }

  /** Makes the changes on copies first: whatever throws on the way, nothing has happened. */
  write(changes: readonly Change[]): readonly number[] {
    const changed = new Map<Kind, Rows>();
    const files = new Map<string, string | null>();
    const skipped = changes.flatMap((change, index) => {
      const rows = changed.get(change.kind) ?? new Map(this.#rows(change.kind));
      changed.set(change.kind, rows);
      const isMade = change.op === "put" ? this.#put(change, rows, files) : remove(change, rows, files);
      return isMade ? [] : [index];
    });
    try {
      if (files.size > 0) this.#journal.commit(files);
    } catch (error) {
      throw storeFailed("write", this.#folder, error);
    }
    for (const [kind, rows] of changed) this.#kinds.set(kind, rows);
    return skipped;
  }

  /** Whether the change's condition held. */
  #put(change: PutChange, rows: Rows, files: Map<string, string | null>): boolean {
    const { kind, id, document, revision, ifRevision } = change;
    const stored = rows.get(id);
    if (ifRevision === undefined ? stored && stored.revision >= revision : ifRevision !== (stored?.revision ?? null))
      return false;
    const file = stored?.file ?? `${encodeURIComponent(kind)}/${String(this.#nextNumber++).padStart(12, "0")}.json`;
    const text = `${JSON.stringify(document, null, 2)}\n`;
    rows.set(id, { file, revision, text });
    files.set(file, text);
    return true;
  }

  #load(folderOfKind: string): void {
    const rows = this.#rows(decodeURIComponent(folderOfKind));
    const names = readdirSync(join(this.#folder, folderOfKind)).filter((name) => /^\d{12}\.json$/.test(name));
    for (const name of names.sort()) {
      const file = `${folderOfKind}/${name}`;
      const text = readFileSync(join(this.#folder, file), "utf8");
      const { id, revision } = identityOf(text, join(this.#folder, file));
      rows.set(id, { file, revision, text });
      this.#nextNumber = Math.max(this.#nextNumber, parseInt(name, 10) + 1);
    }
  }

  #rows(kind: Kind): Rows {
    let rows = this.#kinds.get(kind);
    if (!rows) this.#kinds.set(kind, (rows = new Map<string, Row>()));
    return rows;
  }
}

/** Whether there was anything to delete; a `clear` is always made. */
function remove(change: Exclude<Change, PutChange>, rows: Rows, files: Map<string, string | null>): boolean {
  const ids = change.op === "clear" ? Array.from(rows.keys()) : [change.id].filter((id) => rows.has(id));
  for (const id of ids) {
    files.set(rows.get(id)!.file, null);
    rows.delete(id);
  }
  return change.op === "clear" || ids.length > 0;
}

function documentOf({ text }: Row): JsonObject {
  return JSON.parse(text) as JsonObject;
}

function identityOf(text: string, path: string): { readonly id: string; readonly revision: number } {
  try {
    const { id, revision } = JSON.parse(text) as JsonObject;
    if (typeof id === "string" && typeof revision === "number") return { id, revision };
  } catch (cause) {
    throw badDocument(path, cause);
  }
  throw badDocument(path);
}
