import { StoreError } from "@ttasks/core";
import { errorText } from "@ttasks/node-support";

/** What a failure means and the way out, by the beginning of its code. The first match counts. */
const REASONS: readonly (readonly [code: string, reason: string])[] = [
  ["SQLITE_BUSY", "another process holds it locked; try again, or wait longer with `busyTimeoutMs`"],
  ["SQLITE_LOCKED", "another process holds it locked; try again, or wait longer with `busyTimeoutMs`"],
  ["SQLITE_READONLY", "it is read-only; make the file and its folder writable"],
  ["SQLITE_FULL", "the disk is full and nothing of this was written; free some space and save again"],
  ["SQLITE_NOTADB", "the file is not an SQLite database; choose another path"],
  [
    "SQLITE_CORRUPT",
    "the file is damaged; restore it from a backup, or rescue what is left with `sqlite3 <file> .recover`",
  ],
  ["SQLITE_CANTOPEN", "SQLite cannot open the file; check that the file and its folder are writable"],
  ["SQLITE_IOERR", "the disk reports an error; check the disk, the file's permissions, and how large a file may be"],
  ["ERR_DLOPEN_FAILED", "better-sqlite3 was installed for another Node.js; run `npm rebuild better-sqlite3`"],
];

/** Whether SQLite gave up waiting for a lock. */
export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith("SQLITE_BUSY");
}

/** A failure of SQLite as a `StoreError` that names the file and the way out; its `cause` is the failure. A `StoreError` stays what it is. */
export function toStoreError(error: unknown, action: string, path: string): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError("store_failed", `Cannot ${action} the ledger "${path}": ${reasonOf(error)}`, { cause: error });
}

/** A document that cannot be read or stored; the message names it. */
export function badDocument(kind: string, id: string, path: string, what: string, cause: unknown): StoreError {
  const message = `The document of ${kind} "${id}" in the ledger "${path}" ${what}: ${errorText(cause)}`;
  return new StoreError("bad_document", message, { cause });
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const known = REASONS.find(([prefix]) => code.startsWith(prefix));
  const message = errorText(error);
  if (known) return `${known[1]} (${code}: ${message})`;
  if (message.startsWith("Could not locate the bindings file"))
    return "better-sqlite3 was installed without its native part; run `npm rebuild better-sqlite3` and allow its install script";
  return message;
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === "string" ? code : "";
}
