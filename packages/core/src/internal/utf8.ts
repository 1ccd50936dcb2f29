// What tasks print is kept as UTF-8. Half of a surrogate pair, which UTF-8 has no place for, takes the three bytes that it would have.

let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** The bytes of a text. */
export function toUtf8(text: string): Uint8Array {
  const bytes = (encoder ??= new TextEncoder()).encode(text);
  if (isWellFormed(text)) return bytes;
  // The encoder has put U+FFFD in place of each half, which has three bytes as well.
  let at = 0;
  for (const [half] of text.matchAll(/[\p{Surrogate}\ufffd]/gu)) {
    while (bytes[at] !== 0xef || bytes[at + 1] !== 0xbf || bytes[at + 2] !== 0xbd) at++;
    const code = half.charCodeAt(0);
    bytes.set([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)], at);
    at += 3;
  }
  return bytes;
}

/** The text of bytes that {@link toUtf8} has made, or that a program has printed. */
export function fromUtf8(bytes: Uint8Array): string {
  decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let from = 0;
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    const [, second = 0, third] = bytes.subarray(at, at + 3);
    if (second < 0xa0 || second > 0xbf || !isContinuation(third)) continue;
    text += decoder.decode(bytes.subarray(from, at));
    text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third! & 0x3f));
    from = at + 3;
  }
  return text + decoder.decode(bytes.subarray(from));
}

/** How many bytes at the end belong to a character that is not complete. */
export function incompleteBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (!isContinuation(byte)) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** The last end of a character that is not beyond `end`. Where there are no characters, it is `end`. */
export function characterEnd(bytes: Uint8Array, end: number): number {
  if (end >= bytes.length) return bytes.length;
  for (let at = end; at >= 0 && at > end - 4; at--) if (!isContinuation(bytes[at])) return at;
  return Math.max(0, end);
}

/** The first beginning of a character that is not before `start`. */
export function characterStart(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < start + 3 && isContinuation(bytes[at])) at++;
  return at;
}

function lengthOf(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

function isWellFormed(text: string): boolean {
  // Asked of the string itself where it knows: then it costs next to nothing.
  const { isWellFormed: ask } = text as unknown as { readonly isWellFormed?: () => boolean };
  return ask ? ask.call(text) : !/\p{Surrogate}/u.test(text);
}
