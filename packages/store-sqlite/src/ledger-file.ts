import { StoreError } from "@ttasks/core";
import { errorText } from "@ttasks/node-support";
import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import type { Identity } from "./identity.ts";

/** The header of an SQLite file, and the beginning of its first page, which lists the tables. */
const HEADER_BYTES = 108;
const MAGIC = "SQLite format 3\0";
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;
const PAGE_TYPE_AT = 100;
const CELL_COUNT_AT = 103;
const LEAF_TABLE_PAGE = 13;

/**
 * Looks at a file before SQLite opens it, because SQLite leaves files beside it or writes to it even where it then fails.
 *
 * @returns whose file it is; `undefined` where there is nothing yet, or where only SQLite can tell: changes that are in the file's
 *   write-ahead log alone.
 * @throws {StoreError} when SQLite could not use the file; it stays as it was.
 */
export function inspectFile(path: string): { readonly isNew: boolean; readonly identity?: Identity | undefined } {
  const stats = statOf(path);
  if (!stats) {
    checkFolder(path);
    return { isNew: true };
  }
  if (stats.isDirectory()) throw cannotOpen(path, "it is a folder; give the path of a file");
  if (!stats.isFile()) throw cannotOpen(path, "it is not a regular file; choose another path");
  const file = realpathSync(path);
  checkAccess(path, file, "it is read-only; make the file writable");
  // SQLite keeps its log beside the file.
  checkAccess(path, dirname(file), `the folder "${dirname(file)}" is read-only; make it writable`);
  if (stats.size === 0) return { isNew: true };
  const header = headerOf(path);
  return { isNew: false, identity: (statOf(`${file}-wal`)?.size ?? 0) > 0 ? undefined : header };
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw cannotOpen(
      path,
      `the system cannot reach it; check the path and its permissions (${errorText(error)})`,
      error,
    );
  }
}

function checkFolder(path: string): void {
  const folder = dirname(path);
  const stats = statOf(folder);
  if (!stats) throw cannotOpen(path, `the folder "${folder}" does not exist; create it first`);
  if (!stats.isDirectory()) throw cannotOpen(path, `"${folder}" is not a folder; choose another path`);
  checkAccess(path, folder, `the folder "${folder}" is read-only; make it writable`);
}

function checkAccess(path: string, needed: string, reason: string): void {
  try {
    accessSync(needed, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw cannotOpen(path, `${reason} (${errorText(error)})`, error);
  }
}

function headerOf(path: string): Identity {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(path, "r");
  let length: number;
  try {
    length = readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  if (length < HEADER_BYTES || header.toString("latin1", 0, MAGIC.length) !== MAGIC)
    throw cannotOpen(path, "the file is not an SQLite database and is left as it is; choose another path");
  return {
    application: header.readInt32BE(APPLICATION_ID_AT),
    version: header.readInt32BE(USER_VERSION_AT),
    isEmpty: header[PAGE_TYPE_AT] === LEAF_TABLE_PAGE && header.readUInt16BE(CELL_COUNT_AT) === 0,
  };
}

function cannotOpen(path: string, reason: string, cause?: unknown): StoreError {
  return new StoreError("store_failed", `Cannot open the ledger "${path}": ${reason}`, { cause });
}
