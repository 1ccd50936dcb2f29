let prefix: string | undefined;
let count = 0;

/** A new id: 96 random bits, drawn once a process, and a counter. A random id per task would cost more than scheduling it. */
export function createId(): string {
  prefix ??= Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
  return `${prefix}-${(++count).toString(36)}`;
}
