import Sqlite from "better-sqlite3";
import { Connection } from "./connection.ts";
import { checkIdentity, readIdentity } from "./identity.ts";
import { inspectFile } from "./ledger-file.ts";
import { migrate, SCHEMA_VERSION } from "./migrations.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { toStoreError } from "./sqlite-error.ts";
import type { Durability, SqliteSettings } from "./sqlite-options.ts";

/**
 * Opens a ledger, or makes it, and brings it to this version's schema. A database that is given stays open when that fails.
 *
 * @throws {StoreError} when there is no such ledger that can be written; an existing file stays as it was.
 */
export function openLedger(target: string | SqliteDatabase, settings: SqliteSettings): Connection {
  if (typeof target === "string" && target !== ":memory:") checkFile(target, settings);
  const connection =
    typeof target === "string" ? connect(target, {}, settings) : new Connection(target, false, settings.busyTimeoutMs);
  try {
    prepare(connection, settings.durability);
    connection.watchFile();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function checkFile(path: string, settings: SqliteSettings): void {
  const { isNew, identity } = inspectFile(path);
  if (isNew) return;
  if (identity) checkIdentity(identity, path, SCHEMA_VERSION);
  else checkThroughLog(path, settings);
}

/** Closing a connection that may write moves the log into the file; one that may only read leaves both as they are. */
function checkThroughLog(path: string, settings: SqliteSettings): void {
  const connection = connect(path, { readonly: true, fileMustExist: true }, settings);
  try {
    checkIdentity(
      connection.run("open", () => readIdentity(connection.database)),
      path,
      SCHEMA_VERSION,
    );
  } finally {
    connection.close();
  }
}

function connect(path: string, options: Sqlite.Options, { busyTimeoutMs }: SqliteSettings): Connection {
  try {
    return new Connection(new Sqlite(path, options), true, busyTimeoutMs);
  } catch (error) {
    throw toStoreError(error, "open", path);
  }
}

function prepare(connection: Connection, durability: Durability): void {
  const set = (pragma: string): void => void connection.run("open", () => connection.database.exec(`PRAGMA ${pragma}`));
  migrate(connection);
  // The log only now: whose file it is then stands in the file's own header, where the next one to open it looks first.
  set("journal_mode = WAL");
  // Said always, because better-sqlite3 builds SQLite with NORMAL as the default of write-ahead logs.
  set(`synchronous = ${durability}`);
  set("foreign_keys = ON");
}
