import { DocumentStore } from "@ttasks/core";
import type { Connection } from "./connection.ts";
import { openLedger } from "./open-ledger.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { SqliteDriver } from "./sqlite-driver.ts";
import { checkSqliteOptions, type SqliteOptions } from "./sqlite-options.ts";

/**
 * A durable ledger in one SQLite file. Several processes may use the file at once.
 *
 * @example
 * ```ts
 * import { Task } from "@ttasks/core";
 * import { SqliteStore } from "@ttasks/store-sqlite";
 *
 * const store = new SqliteStore("ttasks.db");
 * try {
 *   store.tasks.save(Task.bash("make"));
 *   console.log(store.tasks.count({ status: "pending" }));
 * } finally {
 *   store.close();
 * }
 * ```
 */
export class SqliteStore extends DocumentStore {
  /** The path of the ledger, as it was given. */
  readonly path: string;
  readonly #connection: Connection;

  /**
   * Opens the ledger, and makes it where there is none.
   *
   * @param target - the path of the file, `":memory:"` for a ledger that ends with the store, or an open better-sqlite3 database that
   *   holds a ledger or nothing; from then on the store sets its pragmas
   * @throws {TypeError} when an argument is not as expected.
   * @throws {StoreError} when the file cannot be opened as a ledger that can be written; an existing file stays as it was.
   */
  constructor(target: string | SqliteDatabase, options: SqliteOptions = {}) {
    const connection = openLedger(target, checkSqliteOptions(target, options));
    super(new SqliteDriver(connection));
    this.path = connection.path;
    this.#connection = connection;
  }

  /**
   * Commits what is still gathered and closes the ledger; a database that was given to the store stays open. Again, it does nothing.
   * Every later use of the store throws a `StoreError`.
   */
  close(): void {
    this.flush();
    this.#connection.close();
  }

  /** As {@link SqliteStore.close}: for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
