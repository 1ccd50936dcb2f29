import type { Clock } from "../internal/clock.ts";
import { characterEnd, characterStart, incompleteBytes, toUtf8 } from "../internal/utf8.ts";
import type { OutputStream } from "../internal/output-stream.ts";
import type { LogChange } from "./store-driver.ts";
import type { Task } from "../task/task.ts";

/** What is dropped of the end goes chunk by chunk: none is longer than an eighth of what is kept, and than this. */
const MAX_CHUNK_BYTES = 65_536;
/** The longest character. */
const MIN_CHUNK_BYTES = 4;
/** What a chunk weighs beside its text, if it is not one of the first few. */
const CHUNK_WEIGHT = 64;
const UNWEIGHED_CHUNKS = 16;

const NO_BYTES = new Uint8Array(0);

/** What is printed, in a buffer that grows. */
interface Piece {
  readonly number: number;
  readonly stream: OutputStream;
  readonly at: number;
  readonly start: number;
  buffer: Uint8Array;
  length: number;
  isWritten: boolean;
}

/** How much there is of the beginning, or of the end. */
interface Part {
  bytes: number;
  chunks: number;
}

/**
 * What one attempt prints, until it is written to the store: its beginning, and its end where that is too far away. In memory and in the
 * store there is never more of either than half of the limit.
 */
export class AttemptLog {
  readonly task: Task;
  /** Whether the store is still busy with what it was given before. */
  isBeingWritten = false;
  /** Whether so much is printed that some of it is outdated before it is written. */
  isFlooding = false;
  readonly #attempt: number;
  readonly #clock: Clock;
  /** Of the beginning, and of the end. A sixteenth of all is for what the store needs around it. */
  readonly #partBytes: number;
  readonly #chunkBytes: number;
  readonly #head: Part = { bytes: 0, chunks: 0 };
  readonly #tail: Part = { bytes: 0, chunks: 0 };
  /** Of the beginning, what is not written yet. */
  #headPieces: Piece[] = [];
  /** Of the end, all that is kept. */
  readonly #tailPieces: Piece[] = [];
  #isTail = false;
  /** What goes on where the next bytes of its stream come. */
  #open: Piece | undefined;
  /** The numbers of the chunks in the store that are not to be kept. */
  #outdated: { from: number; to: number } | undefined = { from: 0, to: Number.MAX_SAFE_INTEGER };
  /** The buffer of what was dropped before it was written: memory that is new costs more than to fill it. */
  #spare: Uint8Array = NO_BYTES;
  #number = 0;
  #printed = 0;
  /** What there is of a character that is not complete. */
  readonly #incomplete: { [S in OutputStream]?: Uint8Array | undefined } = {};

  constructor(task: Task, attempt: number, maxBytes: number, clock: Clock) {
    this.task = task;
    this.#attempt = attempt;
    this.#clock = clock;
    this.#partBytes = Math.floor(maxBytes / 2) - Math.floor(maxBytes / 32);
    this.#chunkBytes = Math.max(MIN_CHUNK_BYTES, Math.min(MAX_CHUNK_BYTES, this.#partBytes >> 3));
  }

  /** Takes the next chunk; bytes are copied. */
  add(chunk: string | Uint8Array, stream: OutputStream): void {
    const { [stream]: before } = this.#incomplete;
    let bytes = typeof chunk === "string" ? toUtf8(chunk) : chunk;
    if (before) bytes = joined(before, bytes);
    const whole = bytes.length - incompleteBytes(bytes);
    if (before || whole < bytes.length)
      this.#incomplete[stream] = whole < bytes.length ? joined(bytes.subarray(whole)) : undefined;
    this.#take(bytes.subarray(0, whole), stream);
  }

  /** Takes what is left of characters that never were completed. */
  close(): void {
    for (const stream in this.#incomplete) {
      const rest = this.#incomplete[stream as OutputStream];
      if (rest) this.#take(rest, stream as OutputStream);
    }
  }

  /** What is to be done in the store; it counts as done then. */
  drain(): LogChange | undefined {
    const pieces = [...this.#headPieces, ...this.#tailPieces.filter(({ isWritten }) => !isWritten)];
    const outdated = this.#outdated;
    if (pieces.length === 0 && !outdated) return undefined;
    const attempt = this.#attempt;
    const chunks = pieces.map((piece) => {
      const { number, stream, at, start, buffer, length } = piece;
      piece.buffer = NO_BYTES;
      piece.isWritten = true;
      return { attempt, number, stream, at, start, bytes: buffer.subarray(0, length) };
    });
    this.#headPieces = [];
    this.#open = undefined;
    this.#outdated = undefined;
    this.isFlooding = false;
    return { op: "log", kind: "task", id: this.task.id, attempt, chunks, outdated };
  }

  #take(bytes: Uint8Array, stream: OutputStream): void {
    let rest = bytes;
    while (rest.length > 0) {
      rest = this.#withoutOutdated(rest);
      const piece = this.#open?.stream === stream ? this.#open : undefined;
      const room = this.#chunkBytes - (piece?.length ?? 0);
      const left = this.#isTail ? room : this.#partBytes - weight(this.#head, piece ? 0 : 1);
      const count = characterEnd(rest, Math.min(room, left));
      if (count > 0) {
        this.#append(piece ?? this.#begin(stream), rest.subarray(0, count));
        rest = rest.subarray(count);
      } else {
        this.#isTail ||= left < room;
        this.#open = undefined;
      }
    }
  }

  /** Leaves out what would be outdated at once, and with it all of the end that there is. */
  #withoutOutdated(bytes: Uint8Array): Uint8Array {
    if (!this.#isTail || bytes.length <= this.#partBytes) return bytes;
    const start = characterStart(bytes, bytes.length - this.#partBytes);
    this.#printed += start;
    this.#dropTail(0);
    return bytes.subarray(start);
  }

  #begin(stream: OutputStream): Piece {
    const before = (this.#isTail ? this.#tailPieces : this.#headPieces).at(-1);
    const goesOn = before?.stream === stream && !before.isWritten;
    const piece: Piece = {
      number: ++this.#number,
      stream,
      at: goesOn ? before.at : this.#clock.now(),
      start: this.#printed,
      buffer: this.#spare,
      length: 0,
      isWritten: false,
    };
    this.#spare = NO_BYTES;
    (this.#isTail ? this.#tailPieces : this.#headPieces).push(piece);
    (this.#isTail ? this.#tail : this.#head).chunks++;
    this.#open = piece;
    return piece;
  }

  #append(piece: Piece, bytes: Uint8Array): void {
    const length = piece.length + bytes.length;
    if (length > piece.buffer.length) {
      const { buffer } = piece;
      piece.buffer = new Uint8Array(Math.max(length, Math.min(2 * buffer.length, this.#chunkBytes)));
      piece.buffer.set(buffer);
    }
    piece.buffer.set(bytes, piece.length);
    piece.length = length;
    this.#printed += bytes.length;
    (this.#isTail ? this.#tail : this.#head).bytes += bytes.length;
    this.#dropTail(this.#partBytes);
  }

  /** Drops the oldest chunks of the end until what is left weighs no more than this. */
  #dropTail(limit: number): void {
    while (this.#tailPieces.length > 0 && weight(this.#tail) > limit) {
      const { number, length, isWritten, buffer } = this.#tailPieces.shift()!;
      this.#tail.bytes -= length;
      this.#tail.chunks--;
      if (isWritten)
        this.#outdated = { from: this.#outdated?.from ?? number, to: Math.max(number + 1, this.#outdated?.to ?? 0) };
      else {
        this.#spare = buffer;
        this.isFlooding = true;
      }
    }
    if (this.#isTail && this.#tailPieces.length === 0) this.#open = undefined;
  }
}

function weight({ bytes, chunks }: Part, more = 0): number {
  return bytes + CHUNK_WEIGHT * Math.max(0, chunks + more - UNWEIGHED_CHUNKS);
}

/** A copy of all of it; `slice` of a `Buffer` would be none. */
function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  for (const part of parts) {
    bytes.set(part, length);
    length += part.length;
  }
  return bytes;
}
