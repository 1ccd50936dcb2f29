import { StoreError } from "@ttasks/core";
import { APPLICATION_ID } from "./schema.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";

/** What tells whose file an SQLite database is. */
export interface Identity {
  /** `PRAGMA application_id`; 0 where nobody set it. */
  readonly application: number;
  /** `PRAGMA user_version`. */
  readonly version: number;
  /** Whether it has no table at all. */
  readonly isEmpty: boolean;
}

const READ_IDENTITY = `
  SELECT
    (SELECT application_id FROM pragma_application_id) AS application,
    (SELECT user_version FROM pragma_user_version) AS version,
    NOT EXISTS (SELECT 1 FROM sqlite_schema) AS isEmpty`;

/** The identity of an open database, in one consistent look. */
export function readIdentity(database: SqliteDatabase): Identity {
  const row = database.prepare(READ_IDENTITY).get() as Record<keyof Identity, number | bigint>;
  return { application: Number(row.application), version: Number(row.version), isEmpty: Number(row.isEmpty) === 1 };
}

/**
 * Lets pass what is a ledger that this version can read, or a database without anything in it.
 *
 * @throws {StoreError} when the file belongs to another application, or to a newer version of ttasks.
 */
export function checkIdentity(identity: Identity, path: string, schemaVersion: number): Identity {
  const { application, version, isEmpty } = identity;
  const isUnused = application === 0 && version === 0 && isEmpty;
  if (application !== APPLICATION_ID && !isUnused)
    throw new StoreError(
      "store_failed",
      `Cannot open the ledger "${path}": it is a database of another application, which is left as it is; choose another path`,
    );
  if (version > schemaVersion)
    throw new StoreError(
      "newer_document",
      `Cannot open the ledger "${path}": a newer version of ttasks wrote it (schema ${version}, this one knows up to ${schemaVersion}); update @ttasks/store-sqlite`,
    );
  return identity;
}
