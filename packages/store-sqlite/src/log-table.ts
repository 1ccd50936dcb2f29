import type { LogChange, LogChunk, LogFilter } from "@ttasks/core";
import type { Connection } from "./connection.ts";
import type { SqliteStatement } from "./sqlite-database.ts";
import { toTextKey } from "./text-key.ts";

interface Row {
  readonly attempt: number | bigint;
  readonly number: number | bigint;
  readonly stream: LogChunk["stream"];
  readonly at: number;
  readonly start: number | bigint;
  readonly bytes: Uint8Array;
}

/** The statements on what tasks have printed; their transactions are the caller's. */
export class LogTable {
  readonly #task: SqliteStatement;
  readonly #insert: SqliteStatement;
  readonly #delete: SqliteStatement;
  readonly #select: SqliteStatement;

  constructor({ database }: Connection) {
    this.#task = database.prepare("SELECT seq FROM tasks WHERE id = ?");
    this.#insert = database.prepare(
      "INSERT OR REPLACE INTO logs (task, attempt, number, stream, at, start, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#delete = database.prepare("DELETE FROM logs WHERE task = ? AND attempt = ? AND number >= ? AND number < ?");
    this.#select = database.prepare(`
      SELECT attempt, number, stream, at, start, bytes FROM logs
      WHERE task = (SELECT seq FROM tasks WHERE id = ?) AND attempt >= ? AND attempt <= ? AND number > ?
      ORDER BY attempt, number`);
  }

  /** Makes a change; tells whether the task is stored. */
  change({ id, attempt, outdated, chunks }: LogChange): boolean {
    const row = this.#task.get(toTextKey(id)) as { readonly seq: number | bigint } | undefined;
    if (!row) return false;
    // First: what is inserted takes the room of what is removed.
    if (outdated) this.#delete.run(row.seq, attempt, outdated.from, outdated.to);
    for (const chunk of chunks) {
      const { number, stream, at, start, bytes } = chunk;
      this.#insert.run(row.seq, chunk.attempt, number, stream, at, start, bytes);
    }
    return true;
  }

  read(id: string, { attempt, after = 0 }: LogFilter): LogChunk[] {
    const { MAX_SAFE_INTEGER } = Number;
    const rows = this.#select.all(toTextKey(id), attempt ?? 0, attempt ?? MAX_SAFE_INTEGER, after) as Row[];
    return rows.map((row) => ({
      ...row,
      attempt: Number(row.attempt),
      number: Number(row.number),
      start: Number(row.start),
    }));
  }
}
