import { TtasksError, type ErrorCode } from "./ttasks-error.ts";

/** What a store could not do. */
export type StoreErrorCode = Extract<
  ErrorCode,
  "store_failed" | "store_key" | "bad_document" | "newer_document" | "missing_task" | "stale_revision" | "no_logs"
>;

/** A store could not read or write; `code` says why, `cause` holds the backend's own error where there is one. */
export class StoreError extends TtasksError<StoreErrorCode> {
  static {
    this.prototype.name = "StoreError";
  }
}
