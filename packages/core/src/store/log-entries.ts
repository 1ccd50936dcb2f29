import { fromUtf8 } from "../internal/utf8.ts";
import type { OutputStream } from "../internal/output-stream.ts";
import type { LogEntry } from "./log.ts";
import type { LogChunk } from "./store-driver.ts";

type Mutable<T> = { -readonly [F in keyof T]: T[F] };

/**
 * Makes entries of the chunks of a log, which come in their order, in one call or several. Chunks of one stream that were printed
 * together are one entry.
 */
export class LogEntries {
  readonly #stream: OutputStream | undefined;
  #attempt = 0;
  #number = 0;
  /** How many bytes the attempt had printed at the end of the last chunk. */
  #end = 0;
  #omitted = 0;

  constructor(stream?: OutputStream) {
    this.#stream = stream;
  }

  /** The number of the last chunk. */
  get number(): number {
    return this.#number;
  }

  take(chunks: readonly LogChunk[]): LogEntry[] {
    const entries: Mutable<LogEntry>[] = [];
    for (const { attempt, number, stream, at, start, bytes } of chunks) {
      if (attempt !== this.#attempt) this.#end = this.#omitted = 0;
      this.#attempt = attempt;
      this.#number = number;
      this.#omitted += Math.max(0, start - this.#end);
      this.#end = start + bytes.length;
      if (this.#stream && stream !== this.#stream) continue;
      const last = entries.at(-1);
      const text = fromUtf8(bytes);
      const omittedBytes = this.#omitted;
      if (!omittedBytes && last?.attempt === attempt && last.stream === stream && last.time.getTime() === at)
        last.text += text;
      else entries.push({ attempt, stream, time: new Date(at), text, ...(omittedBytes ? { omittedBytes } : {}) });
      this.#omitted = 0;
    }
    return entries;
  }
}

/** The last lines of entries, so many; a line break at the very end ends the last line, and a gap ends a line as well. */
export function lastLines(entries: readonly LogEntry[], count: number): LogEntry[] {
  if (count === 0) return [];
  let left = count;
  for (let index = entries.length - 1; index >= 0; index--) {
    const { omittedBytes, ...entry } = entries[index]!;
    const { text } = entry;
    let at = index === entries.length - 1 && text.endsWith("\n") ? text.length - 1 : text.length;
    while (left > 0 && at > 0 && (at = text.lastIndexOf("\n", at - 1)) >= 0) left--;
    if (left > 0) {
      if (omittedBytes && --left === 0) return entries.slice(index);
      continue;
    }
    const rest = text.slice(at + 1);
    return [...(rest ? [{ ...entry, text: rest }] : []), ...entries.slice(index + 1)];
  }
  return [...entries];
}
