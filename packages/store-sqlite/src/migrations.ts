import type { Connection } from "./connection.ts";
import { checkIdentity, readIdentity } from "./identity.ts";
import { APPLICATION_ID, SCHEMA_1, SCHEMA_2, SCHEMA_3 } from "./schema.ts";

/**
 * What makes version n of the schema from version n - 1, at index n - 1. A published entry never changes: ledgers in the field have
 * run it. `PRAGMA user_version` holds the number of entries that a file has run.
 */
const MIGRATIONS: readonly string[] = [SCHEMA_1, SCHEMA_2, SCHEMA_3];

/** The version of the schema that this release writes. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/**
 * Brings a ledger to {@link SCHEMA_VERSION}, each version in a transaction of its own. Several processes may do so at once.
 *
 * @throws {StoreError} when the file belongs to another application or was written by a newer version; it stays as it was.
 */
export function migrate(connection: Connection): void {
  // A ledger that is up to date is opened without waiting for those who write.
  let { version } = connection.run("open", () =>
    checkIdentity(readIdentity(connection.database), connection.path, SCHEMA_VERSION),
  );
  while (version < SCHEMA_VERSION) version = connection.transaction("IMMEDIATE", "open", () => migrateOnce(connection));
}

function migrateOnce({ database, path }: Connection): number {
  // Read again now that nobody else can write: another process may have been faster.
  const { version } = checkIdentity(readIdentity(database), path, SCHEMA_VERSION);
  const migration = MIGRATIONS[version];
  if (migration === undefined) return version;
  database.exec(`${migration}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + 1};`);
  return version + 1;
}
