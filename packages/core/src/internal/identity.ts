/**
 * What an object is known by. The ids that this process makes are random bits, drawn once, and a counter: a random id per task would
 * cost more than scheduling it. Until somebody asks for the text, the number stands for it.
 */
export type Key = string | number;

let prefix: string | undefined;
let count = 0;

/** The key of a new id. */
export function createKey(): Key {
  return ++count;
}

/** The id that a key stands for. */
export function idOfKey(key: Key): string {
  return typeof key === "string" ? key : `${idPrefix()}${key.toString(36)}`;
}

/** The key of an id: the number where the id is one that this process makes, so that both name the same object. */
export function keyOfId(id: string): Key {
  // Without a prefix no id has been read yet.
  if (prefix === undefined || !id.startsWith(prefix)) return id;
  const number = parseInt(id.slice(prefix.length), 36);
  return idOfKey(number) === id ? number : id;
}

/** 80 random bits: a ledger holds every id three times, so that a whole UUID would be felt in its size and speed. */
function idPrefix(): string {
  return (prefix ??= `${crypto.randomUUID().replace(/-.*-/, "")}-`);
}
