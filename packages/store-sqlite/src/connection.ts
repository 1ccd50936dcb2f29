import { StoreError } from "@ttasks/core";
import { OpenFile } from "./open-file.ts";
import type { SqliteDatabase, SqliteStatement } from "./sqlite-database.ts";
import { isBusy, toStoreError } from "./sqlite-error.ts";

/** What a call was about, for messages. */
export type Action = "open" | "read" | "write";

/**
 * How long a locked ledger is left alone between two tries. SQLite itself is not to wait: its pauses grow to 100 ms, so that a process
 * that writes all the time would starve the others. Between two commits of one that does, there is less than a millisecond.
 */
const PAUSE_MS = 0.2;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** An open database: waits for locks, keeps transactions whole, and turns what SQLite throws into `StoreError`s. */
export class Connection {
  readonly database: SqliteDatabase;
  readonly path: string;
  readonly #isOwner: boolean;
  readonly #busyTimeoutMs: number;
  readonly #statements = new Map<string, SqliteStatement>();
  #file: OpenFile | undefined;
  #isClosed = false;

  /** @param isOwner - whether closing the connection closes the database */
  constructor(database: SqliteDatabase, isOwner: boolean, busyTimeoutMs: number) {
    this.database = database;
    this.path = database.name;
    this.#isOwner = isOwner;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.run("open", () => database.exec("PRAGMA busy_timeout = 0"));
  }

  /** From now on no write is taken for done that went to a file which is not at the ledger's path any more. */
  watchFile(): void {
    // The log is there from the first look at a database.
    this.run("open", () => this.database.prepare("SELECT count(*) FROM sqlite_schema").get());
    this.#file = new OpenFile(this.path);
  }

  /**
   * Does the work, again as long as the ledger is locked and there is time.
   *
   * @throws {StoreError} for whatever the work throws.
   */
  run<T>(action: Action, work: () => T): T {
    let deadline: number | undefined;
    for (;;) {
      if (this.#isClosed || !this.database.open)
        throw new StoreError("store_failed", `Cannot ${action} the ledger "${this.path}": it is closed`);
      try {
        return action === "write" ? this.#write(work) : work();
      } catch (error) {
        deadline ??= performance.now() + this.#busyTimeoutMs;
        if (!isBusy(error) || performance.now() >= deadline) throw toStoreError(error, action, this.path);
        Atomics.wait(sleeper, 0, 0, PAUSE_MS);
      }
    }
  }

  /**
   * Does the work in one transaction, which is undone when the work throws.
   *
   * @throws {StoreError} for whatever the work throws.
   */
  transaction<T>(mode: "IMMEDIATE" | "DEFERRED", action: Action, work: () => T): T {
    return this.run(action, () => {
      this.#prepared(`BEGIN ${mode}`).run();
      try {
        const result = work();
        this.#prepared("COMMIT").run();
        return result;
      } catch (error) {
        // Some failures, as a full disk, end the transaction by themselves.
        if (this.database.inTransaction) this.#prepared("ROLLBACK").run();
        throw error;
      }
    });
  }

  #write<T>(work: () => T): T {
    this.#assertInPlace();
    const result = work();
    this.#assertInPlace();
    return result;
  }

  /** SQLite itself would go on writing to a file that has no name any more. */
  #assertInPlace(): void {
    if (this.#file?.isInPlace() === false)
      throw new StoreError(
        "store_failed",
        `Cannot write the ledger "${this.path}": its file (or the log beside it) was deleted, moved or replaced while it was open, and what is written to it is lost; open the ledger again`,
      );
  }

  #prepared(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }

  /** Ends all use of the connection. */
  close(): void {
    this.#isClosed = true;
    if (this.#isOwner) this.database.close();
  }
}
