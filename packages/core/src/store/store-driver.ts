import type { JsonObject } from "../internal/json-value.ts";
import type { OutputStream } from "../internal/output-stream.ts";
import type { Mode, Returns, Walks } from "./mode.ts";

/** Which collection a document belongs to: `"task"`, `"graph"`, `"run"`, and others in later versions. A driver treats all alike. */
export type Kind = string;

/** Stores a document under its id. */
export interface PutChange {
  readonly op: "put";
  readonly kind: Kind;
  readonly id: string;
  /** Plain JSON; its `revision` is the one below. */
  readonly document: JsonObject;
  /** The revision that the document is stored as. */
  readonly revision: number;
  /**
   * Compare-and-set: the put is done only if the stored revision is exactly this one; `null`: only if nothing is stored under the id.
   * Without it, the put is done only if nothing is stored or the stored revision is lower than `revision`.
   */
  readonly ifRevision?: number | null | undefined;
}

/** Removes a document; nothing stored under the id counts as "did not match". */
export interface DeleteChange {
  readonly op: "delete";
  readonly kind: Kind;
  readonly id: string;
}

/** Removes all documents of a kind. */
export interface ClearChange {
  readonly op: "clear";
  readonly kind: Kind;
}

/** One change of a transaction. */
export type Change = PutChange | DeleteChange | ClearChange;

/** A piece of what an attempt of a task has printed. */
export interface LogChunk {
  /** The attempt, from 1. */
  readonly attempt: number;
  /** The place among the chunks of the attempt: each has a higher one than those before it. */
  readonly number: number;
  readonly stream: OutputStream;
  /** When the first of it was printed: milliseconds since the epoch. */
  readonly at: number;
  /** How many bytes the attempt had printed before it, on both streams. */
  readonly start: number;
  /** Text as UTF-8, but any bytes at all must come back as they were. They may be part of a larger buffer, which nobody changes any more. */
  readonly bytes: Uint8Array;
}

/**
 * Adds to the log of a task. It is skipped where the task is not stored; the log goes with the task when that is deleted, by a `delete`
 * as by a `clear`.
 */
export interface LogChange {
  readonly op: "log";
  /** Always `"task"`. */
  readonly kind: Kind;
  /** The task's id. */
  readonly id: string;
  readonly attempt: number;
  /** The chunks of the attempt whose number is at least `from` and below `to` are removed first. */
  readonly outdated?: { readonly from: number; readonly to: number } | undefined;
  /** Come after those that there are. One whose number there is already takes the place of that: the write is made a second time. */
  readonly chunks: readonly LogChunk[];
}

/** Which chunks of a task's log are asked for; an absent field asks for all. */
export interface LogFilter {
  /** Of this attempt only. */
  readonly attempt?: number | undefined;
  /** Only those whose number is above this one. */
  readonly after?: number | undefined;
}

/** What a driver can do that keeps the logs of tasks. */
export interface LogDriver<M extends Mode = Mode> {
  /** The chunks of a task's log, by attempt and number; none where there are none, or no such task. */
  read(id: string, filter: LogFilter): Returns<readonly LogChunk[]>[M];
  /** As {@link StoreDriver.write}, with changes of logs among the others: all are made in one transaction. */
  write(changes: readonly (Change | LogChange)[]): Returns<readonly number[]>[M];
}

/** Which documents of a kind are asked for; an absent field asks for all. */
export interface Filter {
  /** The document's `status` is one of these. */
  readonly status?: readonly string[] | undefined;
  /** The document's `type` is this one. */
  readonly type?: string | undefined;
  /** The document's id is one of these; there may be very many. */
  readonly ids?: ReadonlySet<string> | undefined;
  /** The document's `tasks` list one of this id, as a graph's do. A driver that does not know it is only slower. */
  readonly task?: string | undefined;
  /** The document's `title` or `description` holds this text, whatever the case (that of `toLowerCase`). */
  readonly text?: string | undefined;
  /** The document's `createdAt` is above this one: milliseconds since the epoch. */
  readonly createdAfter?: number | undefined;
  /** The document's `createdAt` is below this one. */
  readonly createdBefore?: number | undefined;
  /** `"desc"` turns the order round: the one that was put first comes last. */
  readonly order?: "asc" | "desc" | undefined;
  /** So many of those that match are left out, the first ones in order. */
  readonly offset?: number | undefined;
  /** At most so many documents, the first ones in order after those. */
  readonly limit?: number | undefined;
}

/**
 * All that a third party writes to bring ttasks to another backend: five methods over JSON documents, and two more where it keeps logs. `DocumentStore` (for a
 * driver that answers at once) or `AsyncDocumentStore` (for one that answers with promises) makes a `Store` of it.
 *
 * A backend that cannot filter by itself may ask `matchesFilter` about each document. The order of documents is that of their first put, kept when they are put again, as in a `Map`.
 */
export interface StoreDriver<M extends Mode = Mode> {
  /** The documents stored under these ids, in any order; those that are not stored are left out. May be asked for very many ids at once. */
  read(kind: Kind, ids: readonly string[]): Returns<readonly JsonObject[]>[M];
  /** The documents of a kind that match, in order. Documents may be written while the walk is open, and it may be left early. */
  scan(kind: Kind, filter: Filter): Walks<JsonObject>[M];
  /** The ids of a kind, in order, under the same rules as `scan`. */
  keys(kind: Kind): Walks<string>[M];
  /** How many documents of a kind match; `offset` and `limit` count here too. */
  count(kind: Kind, filter: Filter): Returns<number>[M];
  /**
   * Makes the changes in their order, in one transaction: all of them or, by throwing, none. A change whose condition does not
   * hold is skipped and does not undo the others. What it did must be durable when it returns (resolves).
   *
   * @returns the indexes of the changes that were skipped
   */
  write(changes: readonly Change[]): Returns<readonly number[]>[M];
  /**
   * Keeps the logs of tasks.
   *
   * @default absent: what tasks print is not kept, and who asks the store for it is refused
   */
  readonly logs?: LogDriver<M> | undefined;
}
