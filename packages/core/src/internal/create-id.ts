let prefix: string | undefined;
let count = 0;

/** A new id: random bits, drawn once a process, and a counter. A random id per task would cost more than scheduling it. */
export function createId(): string {
  prefix ??= crypto.randomUUID();
  return `${prefix}-${(++count).toString(36)}`;
}
