import { findDifferences } from "../find-differences.ts";
import type { Change, JsonObject, Kind, LogChange, PutChange, StoreDriver } from "@ttasks/core";

/** A document as it is stored. */
export interface StoredDocument {
  readonly document: JsonObject;
  readonly revision: number;
}

/** A document that was put in place of another. */
export interface Put {
  /** The process that wrote it. */
  readonly writer: string;
  readonly change: PutChange;
  readonly before: JsonObject | undefined;
}

/** Who hears of what becomes of the disk. */
export interface DiskListener {
  put(put: Put): void;
  deleted(writer: string, kind: Kind, id: string): void;
  /** The driver does not do what it must. */
  violated(message: string): void;
}

/**
 * What all processes of a simulation share: the driver that is tested, and beside it what must be stored by now. The two are compared at
 * each write.
 */
export class Disk {
  readonly driver: StoreDriver;
  /** Whether the driver answers at once. */
  readonly isSync: boolean;
  readonly #documents = new Map<Kind, Map<string, StoredDocument>>();
  readonly #listener: DiskListener;

  constructor(driver: StoreDriver, isSync: boolean, listener: DiskListener) {
    this.driver = driver;
    this.isSync = isSync;
    this.#listener = listener;
  }

  /** What must be stored under the id. */
  get(kind: Kind, id: string): StoredDocument | undefined {
    return this.#documents.get(kind)?.get(id);
  }

  /** The ids of all that must be stored of a kind, and in which state each is. */
  all(kind: Kind): readonly { readonly id: string; readonly status: string }[] {
    return Array.from(this.#documents.get(kind) ?? [], ([id, { document }]) => ({ id, status: statusOf(document) }));
  }

  /** Takes note of what the driver has done for a process. */
  written(writer: string, changes: readonly (Change | LogChange)[], skipped: readonly number[]): void {
    changes.forEach((change, index) => {
      if (change.op === "log") return;
      const isDone = !skipped.includes(index);
      if (change.op === "put") this.#put(writer, change, isDone);
      else if (change.op === "delete") this.#delete(writer, change.kind, change.id, isDone);
      else for (const id of [...this.#of(change.kind).keys()]) this.#delete(writer, change.kind, id, true);
    });
  }

  /** Compares what is stored with what must be. */
  async compare(): Promise<void> {
    for (const [kind, expected] of this.#documents) {
      const stored = new Map((await this.driver.read(kind, [...expected.keys()])).map((one) => [one["id"], one]));
      for (const [id, { document }] of expected) {
        // As JSON has it.
        const differences = findDifferences(stored.get(id), JSON.parse(JSON.stringify(document)));
        if (differences.length > 0) this.#listener.violated(`${kind} ${id} is not stored as it must be stored`);
      }
    }
  }

  #put(writer: string, change: PutChange, isDone: boolean): void {
    const { kind, id, revision, ifRevision, document } = change;
    const stored = this.get(kind, id);
    const holds =
      ifRevision === undefined ? !stored || stored.revision < revision : (stored?.revision ?? null) === ifRevision;
    if (holds !== isDone)
      this.#listener.violated(
        `the driver ${isDone ? "made" : "skipped"} a put of ${kind} ${id} as revision ${revision} over ${stored?.revision ?? "nothing"}, ` +
          `though its condition (ifRevision: ${String(ifRevision)}) ${holds ? "held" : "did not hold"}`,
      );
    if (!isDone) return;
    this.#of(kind).set(id, { document, revision });
    this.#listener.put({ writer, change, before: stored?.document });
  }

  #delete(writer: string, kind: Kind, id: string, isDone: boolean): void {
    if (this.#of(kind).delete(id) !== isDone)
      this.#listener.violated(
        `the driver ${isDone ? "deleted" : "did not find"} ${kind} ${id}, against what it was given`,
      );
    if (isDone) this.#listener.deleted(writer, kind, id);
  }

  #of(kind: Kind): Map<string, StoredDocument> {
    let documents = this.#documents.get(kind);
    if (!documents) this.#documents.set(kind, (documents = new Map<string, StoredDocument>()));
    return documents;
  }
}

/** The state that a document tells; empty for one that has none. */
export function statusOf({ status }: JsonObject): string {
  return typeof status === "string" ? status : "";
}
