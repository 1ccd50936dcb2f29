import { setImmediate } from "node:timers/promises";
import { TailBytes } from "./tail-bytes.ts";
import { withoutBytes } from "./without-bytes.ts";

/** Decoding more than this at once would be felt by the event loop. */
const DECODE_BYTES = 256 * 1024;

const NO_BYTES = new Uint8Array(0);
/** Decodes what comes in one piece: several times as fast as in a stream, and one serves all. */
const wholeDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Keeps the beginning and the end of a stream of bytes within a limit, and makes them text. */
export class OutputCollector {
  readonly #head: GrowingBytes;
  readonly #tail: TailBytes;
  #total = 0;

  /** Half of `maxBytes` is for the beginning, half for the end. */
  constructor(maxBytes: number) {
    this.#head = new GrowingBytes(Math.ceil(maxBytes / 2));
    this.#tail = new TailBytes(Math.floor(maxBytes / 2));
  }

  /** Takes the next bytes, which must not change afterwards. */
  add(chunk: Uint8Array): void {
    this.#total += chunk.length;
    const taken = this.#head.add(chunk);
    if (taken < chunk.length) this.#tail.add(chunk.subarray(taken));
  }

  /** Whether bytes had to be left out. */
  get truncated(): boolean {
    return this.#total > this.#head.bytes.length + this.#tail.length;
  }

  /**
   * What was kept, as text. Bytes that are not UTF-8 become U+FFFD. Where bytes were left out, a line between says how
   * many; no character is cut in two there.
   */
  async text(): Promise<string> {
    const head = this.#head.bytes;
    const tail = this.#tail.parts();
    if (!this.truncated) return decode([head, ...tail]);
    const start = head.subarray(0, wholeCharacters(head));
    const end = withoutBytes(tail, leadingContinuation(tail));
    const kept = start.length + end.reduce((sum, part) => sum + part.length, 0);
    return `${await decode([start])}\n[... ${this.#total - kept} bytes left out ...]\n${await decode(end)}`;
  }
}

/** The first bytes of a stream, in a buffer that grows up to the limit. */
class GrowingBytes {
  readonly #limit: number;
  #buffer = NO_BYTES;
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Takes as many as there is room for, and tells how many. */
  add(chunk: Uint8Array): number {
    const taken = Math.min(chunk.length, this.#limit - this.#length);
    if (taken === 0) return 0;
    this.#buffer = grown(this.#buffer, this.#length + taken, this.#limit);
    this.#buffer.set(chunk.subarray(0, taken), this.#length);
    this.#length += taken;
    return taken;
  }
}

/** The same buffer, or a larger copy where it is too short; it doubles, so that many small pieces cost little. */
function grown(buffer: Uint8Array<ArrayBuffer>, length: number, limit: number): Uint8Array<ArrayBuffer> {
  if (length <= buffer.length) return buffer;
  const larger = new Uint8Array(Math.min(limit, Math.max(length, buffer.length * 2)));
  larger.set(buffer);
  return larger;
}

async function decode(parts: readonly Uint8Array[]): Promise<string> {
  const [first = NO_BYTES] = parts;
  if (parts.length <= 1 && first.length <= DECODE_BYTES) return wholeDecoder.decode(first);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let unheard = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; start += DECODE_BYTES) {
      const bytes = part.subarray(start, start + DECODE_BYTES);
      text += decoder.decode(bytes, { stream: true });
      unheard += bytes.length;
      if (unheard < DECODE_BYTES) continue;
      unheard = 0;
      await setImmediate();
    }
  }
  return text + decoder.decode();
}

/** How many bytes there are up to the end of the last character that is not cut off. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (!isContinuation(byte)) return characterLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** How many bytes at the beginning belong to a character that was cut off. */
function leadingContinuation(parts: readonly Uint8Array[]): number {
  let count = 0;
  for (const part of parts) {
    for (const byte of part) {
      if (count === 3 || !isContinuation(byte)) return count;
      count++;
    }
  }
  return count;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
