import type Database from "better-sqlite3";
import type { SqliteDatabase } from "@ttasks/store-sqlite";

/** Hands a database on, and counts the transactions in it that wrote. */
export function countCommits(database: Database.Database): {
  readonly database: SqliteDatabase;
  readonly commits: () => number;
} {
  let commits = 0;
  const counted = {
    name: database.name,
    get open() {
      return database.open;
    },
    get inTransaction() {
      return database.inTransaction;
    },
    exec: (sql: string) => database.exec(sql),
    close: () => database.close(),
    prepare: (sql: string) => {
      const statement = database.prepare(sql);
      return {
        all: (...parameters: unknown[]) => statement.all(...parameters),
        get: (...parameters: unknown[]) => statement.get(...parameters),
        iterate: (...parameters: unknown[]) => statement.iterate(...parameters),
        run: (...parameters: unknown[]) => {
          const wasInside = database.inTransaction;
          const result = statement.run(...parameters);
          if (!database.inTransaction && (wasInside || result.changes > 0)) commits++;
          return result;
        },
      };
    },
  };
  return { database: counted, commits: () => commits };
}
