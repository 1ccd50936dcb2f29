import type { LogChange, LogChunk, LogFilter } from "./store-driver.ts";

/** Logs in memory, by the id of their task. */
export class MemoryLogs {
  readonly #chunks = new Map<string, readonly LogChunk[]>();

  read(id: string, { attempt, after = 0 }: LogFilter): readonly LogChunk[] {
    const chunks = this.#chunks.get(id) ?? [];
    return chunks.filter((chunk) => chunk.number > after && chunk.attempt === (attempt ?? chunk.attempt));
  }

  append({ id, attempt, outdated: { from, to } = { from: 0, to: 0 }, chunks }: LogChange): void {
    const isOutdated = (chunk: LogChunk): boolean =>
      chunk.attempt === attempt && chunk.number >= from && chunk.number < to;
    const kept = this.read(id, {}).filter((chunk) => !isOutdated(chunk));
    // Of a buffer that is larger, only what is in use is kept.
    const added = chunks.map((chunk) => ({ ...chunk, bytes: chunk.bytes.slice() }));
    this.#chunks.set(id, [...kept, ...added]);
  }

  /** Deletes the logs of a task; without an id, all. */
  delete(id?: string): void {
    if (id === undefined) this.#chunks.clear();
    else this.#chunks.delete(id);
  }
}
