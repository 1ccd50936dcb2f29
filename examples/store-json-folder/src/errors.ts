import { StoreError } from "@ttasks/core";

/** What the file system threw, with what to do about it. An error that says so already stays what it is. */
export function storeFailed(action: "open" | "write", folder: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const advice = "check that the folder can be written to and that the disk has room";
  return new StoreError("store_failed", `Cannot ${action} the ledger in "${folder}": ${advice} (${why})`, { cause });
}

/** A file of the ledger that somebody has damaged. */
export function badDocument(path: string, cause?: unknown): StoreError {
  const message = `"${path}" is not a document of ttasks: restore it from a backup, or remove it`;
  return new StoreError("bad_document", message, { cause });
}
