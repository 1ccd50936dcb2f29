/**
 * SQLite stores text as UTF-8, which has no half of a surrogate pair: different ids with one would become the same text. Such ids
 * are stored as JSON, which escapes them, behind this mark; so are ids that begin with the mark themselves.
 */
const MARK = "\0json:";

interface WithWellFormed {
  isWellFormed(): boolean;
}

/** Whether text comes back from SQLite as it was. */
export function isWellFormed(text: string): boolean {
  // Every Node.js that is supported has it; the language level that the types are compiled for is older.
  return (text as unknown as WithWellFormed).isWellFormed();
}

/** An id, a type or a status as a column holds it: another text for each. */
export function toTextKey(text: string): string {
  return isWellFormed(text) && !text.startsWith(MARK) ? text : MARK + JSON.stringify(text);
}

/** What {@link toTextKey} was given. */
export function fromTextKey(key: string): string {
  return key.startsWith(MARK) ? (JSON.parse(key.slice(MARK.length)) as string) : key;
}
