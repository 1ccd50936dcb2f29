import type { JsonObject, JsonValue } from "@ttasks/core";
import { isWellFormed } from "./text-key.ts";

/** A document as its columns hold it. */
export interface DocumentColumns {
  /** JSON; the long strings in it are empty. */
  readonly document: string;
  /** The long strings one after the other; `null` where there are none. */
  readonly texts: string | null;
  /** JSON: a {@link Span} for each long string. */
  readonly text_spans: string | null;
}

type Path = readonly string[];
/** Where a long string stands in the document, and which part of the texts it is. */
type Span = readonly [path: Path, start: number, length: number];
type Found = (path: Path, text: string) => void;

/**
 * JSON escapes a control character to six, so that the 4 MiB of output which a task may have become 24 MB that take a quarter of a
 * second to write. As text of its own it takes a tenth of that.
 */
const LONG = 65_536;
/** Outputs lie two levels deep; what lies deeper than this stays in the JSON. */
const MAX_DEPTH = 6;

/** The columns of a document. */
export function toColumns(document: JsonObject): DocumentColumns {
  // Most documents have none: looking costs next to nothing.
  if (!hasLongText(document, 0)) return { document: JSON.stringify(document), texts: null, text_spans: null };
  // The error of a failed process is its standard error once more: equal texts are stored once.
  const starts = new Map<string, number>();
  const spans: Span[] = [];
  let end = 0;
  const short = withoutLongTexts(document, [], (path, text) => {
    if (!starts.has(text)) {
      starts.set(text, end);
      end += text.length;
    }
    spans.push([path, starts.get(text) ?? 0, text.length]);
  });
  return { document: JSON.stringify(short), texts: [...starts.keys()].join(""), text_spans: JSON.stringify(spans) };
}

/**
 * The document of {@link toColumns}.
 *
 * @throws {SyntaxError} when a column is not JSON.
 * @throws {TypeError} when the columns do not fit together.
 */
export function fromColumns({ document, texts, text_spans }: DocumentColumns): JsonObject {
  const value = JSON.parse(document) as JsonObject;
  if (text_spans === null) return value;
  for (const [path, start, length] of JSON.parse(text_spans) as readonly Span[]) {
    const text = texts?.slice(start, start + length);
    if (text?.length !== length) throw new TypeError("a long text of it is missing");
    setAt(value, path, text);
  }
  return value;
}

/** Text with half a surrogate pair would not come back from SQLite as it was; JSON escapes it. */
function isLongText(value: unknown): value is string {
  return typeof value === "string" && value.length >= LONG && isWellFormed(value);
}

function hasLongText(value: object, depth: number): boolean {
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((item) => isOrHasLongText(item, depth));
  for (const key in value) {
    const item = (value as JsonObject)[key];
    // Most values are short text or none: a call for each would be felt.
    if (typeof item === "string" ? item.length >= LONG && isWellFormed(item) : isOrHasLongText(item, depth))
      return true;
  }
  return false;
}

function isOrHasLongText(value: unknown, depth: number): boolean {
  return typeof value === "object" && value !== null ? hasLongText(value, depth + 1) : isLongText(value);
}

/** A copy in which the long strings are empty. */
function withoutLongTexts(value: JsonValue | undefined, path: Path, found: Found): JsonValue | undefined {
  if (isLongText(value)) {
    found(path, value);
    return "";
  }
  if (typeof value !== "object" || value === null || path.length === MAX_DEPTH) return value;
  if (Array.isArray(value))
    return value.map((item: JsonValue, index) => withoutLongTexts(item, [...path, String(index)], found) ?? null);
  // fromEntries defines properties, so that a key `__proto__` stays a plain key.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutLongTexts(item, [...path, key], found)]),
  );
}

/** All of the path is there as a property of its own, so that a key `__proto__` does no harm. */
function setAt(root: JsonObject, path: Path, text: string): void {
  const last = path.at(-1);
  const owner = path.slice(0, -1).reduce<unknown>((value, key) => ownProperty(value, key), root);
  if (last === undefined || ownProperty(owner, last) !== "") throw new TypeError("a long text of it has no place");
  (owner as Record<string, string>)[last] = text;
}

function ownProperty(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
