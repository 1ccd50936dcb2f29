import type { JsonObject } from "../internal/json-value.ts";

/** What an object knows of its stored form. Stores keep it; the object itself only notes that it has changed. */
export interface StoredState {
  /** The revision that was stored last; 0 before the first time. */
  revision: number;
  /** Whether the object differs from what was stored last. */
  isChanged: boolean;
  /** Documents whose write failed: it may have been done all the same. */
  doubted?: readonly JsonObject[];
}
