import { StoreError } from "@ttasks/core";

/** What the storage threw, with what to do about it. An error that says so already stays what it is. */
export function storeFailed(action: "read" | "write", cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const advice = "check that the storage can be reached and written to, and try again";
  return new StoreError("store_failed", `Cannot ${action} the ledger in the storage: ${advice} (${why})`, { cause });
}

/** An item of the ledger that somebody has damaged. */
export function badDocument(key: string, cause?: unknown): StoreError {
  const message = `The item "${key}" of the storage is not a document of ttasks: restore it from a backup, or remove it`;
  return new StoreError("bad_document", message, { cause });
}
