import { withoutBytes } from "./without-bytes.ts";

/** Chunks of this length or more are kept as they are, as copying gigabytes would cost; shorter ones are joined. */
const JOINED_BYTES = 16 * 1024;

/** The last bytes of a stream. */
export class TailBytes {
  readonly #limit: number;
  readonly #pieces: Uint8Array[] = [];
  /** What came after the last piece. */
  #joined = new Uint8Array(0);
  #joinedLength = 0;
  /** Of all that is held, which may be a piece more than what is kept. */
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return Math.min(this.#held, this.#limit);
  }

  /** Takes the next bytes, and with them the memory that they lie in unless it is much larger. */
  add(chunk: Uint8Array): void {
    const kept = chunk.subarray(Math.max(0, chunk.length - this.#limit));
    if (kept.length === 0) return;
    if (kept.length < JOINED_BYTES) this.#join(kept);
    else {
      this.#endJoined();
      this.#pieces.push(kept.buffer.byteLength <= 2 * kept.length ? kept : new Uint8Array(kept));
    }
    this.#held += kept.length;
    this.#dropOldest();
  }

  /** The bytes in the order they came. */
  parts(): readonly Uint8Array[] {
    if (this.#held === 0) return [];
    const parts = [...this.#pieces, this.#joined.subarray(0, this.#joinedLength)];
    return withoutBytes(parts, this.#held - this.length);
  }

  #join(chunk: Uint8Array): void {
    if (this.#joinedLength + chunk.length > JOINED_BYTES) this.#endJoined();
    if (this.#joined.length === 0) this.#joined = new Uint8Array(JOINED_BYTES);
    this.#joined.set(chunk, this.#joinedLength);
    this.#joinedLength += chunk.length;
  }

  #endJoined(): void {
    if (this.#joinedLength > 0) this.#pieces.push(this.#joined.slice(0, this.#joinedLength));
    this.#joinedLength = 0;
  }

  #dropOldest(): void {
    for (;;) {
      const oldest = this.#pieces[0];
      if (oldest === undefined || this.#held - oldest.length < this.#limit) return;
      this.#pieces.shift();
      this.#held -= oldest.length;
    }
  }
}
