import type { Change, Filter, JsonObject, Kind, PutChange } from "@ttasks/core";
import { MapDriver } from "@ttasks/testkit";

/** Drivers that each do one thing wrong. */

/** A driver whose puts are changed, or left out, on their way in. */
class AlteringDriver extends MapDriver {
  readonly #alter: (change: PutChange) => PutChange | undefined;

  constructor(alter: (change: PutChange) => PutChange | undefined) {
    super();
    this.#alter = alter;
  }

  override write(changes: readonly Change[]): readonly number[] {
    return super.write(changes.flatMap((change) => (change.op === "put" ? (this.#alter(change) ?? []) : change)));
  }
}

/** Changes the documents of one kind. */
function altering(kind: Kind, alter: (document: JsonObject) => JsonObject): AlteringDriver {
  return new AlteringDriver((change) =>
    change.kind === kind ? { ...change, document: alter(change.document) } : change,
  );
}

/** Loses every 50th put, and says that it was made. */
export class LosingDriver extends AlteringDriver {
  constructor() {
    let puts = 0;
    super((change) => (++puts % 50 === 0 ? undefined : change));
  }
}

/** Puts without regard to what is stored. */
export class CarelessDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    return super.write(
      changes.map((change) => {
        const stored = change.op === "put" ? this.read(change.kind, [change.id])[0] : undefined;
        return stored ? { ...change, ifRevision: stored["revision"] as number } : { ...change, ifRevision: undefined };
      }),
    );
  }
}

/** Takes every put for one without a condition. */
export class UnconditionalDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    return super.write(changes.map((change) => ({ ...change, ifRevision: undefined })));
  }
}

/** Writes change by change, and leaves what it has written when one fails. */
export class PiecemealDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    return changes.flatMap((change, index) => (super.write([change]).length === 0 ? [] : [index]));
  }
}

/** Says that every change was made. */
export class SilentDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    super.write(changes);
    return [];
  }
}

/** Does not say that a delete found nothing. */
export class MuteDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    return super.write(changes).filter((index) => changes[index]?.op !== "delete");
  }
}

/** Puts a document that is put again at the end. */
export class ReorderingDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    const again = changes.filter(({ op, kind }, index) => op === "put" && this.#has(kind, changes[index]));
    const skipped = super.write(changes);
    for (const change of again)
      if (change.op === "put" && !skipped.includes(changes.indexOf(change)))
        super.write([
          { op: "delete", kind: change.kind, id: change.id },
          { ...change, ifRevision: null },
        ]);
    return skipped;
  }

  #has(kind: Kind, change: Change | undefined): boolean {
    return change?.op === "put" && this.read(kind, [change.id]).length > 0;
  }
}

/** Compares ids without regard to case. */
export class FoldingDriver extends MapDriver {
  override read(kind: Kind, ids: readonly string[]): readonly JsonObject[] {
    return super.read(
      kind,
      ids.map((id) => id.toLowerCase()),
    );
  }

  override write(changes: readonly Change[]): readonly number[] {
    return super.write(changes.map((change) => ("id" in change ? { ...change, id: change.id.toLowerCase() } : change)));
  }
}

/** Counts without the limit. */
export class UnlimitedDriver extends MapDriver {
  override count(kind: Kind, filter: Filter): number {
    return super.count(kind, { ...filter, limit: undefined });
  }
}

/** Goes by position, so that it leaves out a document when one before it is deleted. */
export class PagingDriver extends MapDriver {
  override *scan(kind: Kind, filter: Filter): IterableIterator<JsonObject> {
    for (let from = 0; ; from += 500) {
      const page = [...super.scan(kind, filter)].slice(from, from + 500);
      if (page.length === 0) return;
      yield* page;
    }
  }
}

/** Finds by the state in which a document was put first. */
export class StaleIndexDriver extends MapDriver {
  readonly #first = new Map<string, unknown>();

  override write(changes: readonly Change[]): readonly number[] {
    for (const change of changes)
      if (change.op === "put" && !this.#first.has(change.id)) this.#first.set(change.id, change.document["status"]);
    return super.write(changes);
  }

  override *scan(kind: Kind, filter: Filter): IterableIterator<JsonObject> {
    const { status, offset = 0, limit = Infinity, ...rest } = filter;
    let place = 0;
    for (const document of super.scan(kind, rest)) {
      if (place >= offset + limit) return;
      const found = status?.includes(this.#first.get(document["id"] as string) as string) ?? true;
      if (found && place++ >= offset) yield document;
    }
  }
}

/** Keeps what it has read, and does not hear of later writes. */
export class CachingDriver extends MapDriver {
  readonly #cache = new Map<string, JsonObject>();

  override read(kind: Kind, ids: readonly string[]): readonly JsonObject[] {
    for (const document of super.read(kind, ids)) {
      const key = `${kind} ${document["id"] as string}`;
      if (!this.#cache.has(key)) this.#cache.set(key, document);
    }
    return super.read(kind, ids).map((document) => this.#cache.get(`${kind} ${document["id"] as string}`)!);
  }
}

/** Refuses to write while a walk is open. */
export class LockingDriver extends MapDriver {
  #openWalks = 0;

  override *scan(kind: Kind, filter: Filter): IterableIterator<JsonObject> {
    this.#openWalks++;
    try {
      yield* super.scan(kind, filter);
    } finally {
      this.#openWalks--;
    }
  }

  override write(changes: readonly Change[]): readonly number[] {
    if (this.#openWalks > 0) throw new Error("The database table is locked");
    return super.write(changes);
  }
}

/** Gives a cursor back at the end of its walk, and not when the walk is left before. */
export class LeakingDriver extends MapDriver {
  #isLocked = false;

  override *scan(kind: Kind, filter: Filter): IterableIterator<JsonObject> {
    let isComplete = false;
    try {
      yield* super.scan(kind, filter);
      isComplete = true;
    } finally {
      this.#isLocked ||= !isComplete;
    }
  }

  override write(changes: readonly Change[]): readonly number[] {
    if (this.#isLocked) throw new Error("The database table is locked");
    return super.write(changes);
  }
}

/** Removes the documents of every kind at a clear. */
export class SweepingDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    for (const change of changes)
      if (change.op === "clear") for (const kind of ["task", "graph"]) super.write([{ op: "clear", kind }]);
    return super.write(changes);
  }
}

/** Deletes a graph's tasks with it. */
export class CascadingDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    for (const change of changes) {
      const [graph] = change.op === "delete" && change.kind === "graph" ? this.read("graph", [change.id]) : [];
      const members = (graph?.["tasks"] ?? []) as readonly { readonly id: string }[];
      super.write(members.map(({ id }) => ({ op: "delete", kind: "task", id })));
    }
    return super.write(changes);
  }
}

/** Deletes no run. */
export class HoldingDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    const isHeld = ({ op, kind }: Change): boolean => op !== "put" && kind === "run";
    if (changes.every(isHeld)) return [...changes.keys()];
    return super.write(changes.filter((change) => !isHeld(change)));
  }
}

/** Does not look at the graph of a run. */
export class MixingDriver extends MapDriver {
  override *scan(kind: Kind, filter: Filter): IterableIterator<JsonObject> {
    yield* super.scan(kind, kind === "run" ? { ...filter, type: undefined } : filter);
  }
}

/** Has no more than 1,000 ids in one statement. */
export class NarrowDriver extends MapDriver {
  override read(kind: Kind, ids: readonly string[]): readonly JsonObject[] {
    if (ids.length > 1_000) throw new Error("Too many variables in a statement");
    return super.read(kind, ids);
  }
}

/** Has no column for a task's timeout. */
export function createForgetfulDriver(): MapDriver {
  return altering("task", ({ timeoutMs: _, ...rest }) => rest);
}

/** Has no column for whether a task of a graph is required. */
export function createFlaglessDriver(): MapDriver {
  return altering("graph", (graph) => ({
    ...graph,
    tasks: (graph["tasks"] as readonly JsonObject[]).map((entry) => ({ ...entry, required: true })),
  }));
}

/** Keeps a time as a text. */
export function createDatingDriver(): MapDriver {
  return altering("task", (task) =>
    task["createdAt"] === undefined
      ? task
      : { ...task, createdAt: new Date(task["createdAt"] as number).toISOString() },
  );
}

/** Keeps a time in whole seconds. */
export function createRoundingDriver(): MapDriver {
  return altering("task", (task) => ({
    ...task,
    createdAt: Math.floor((task["createdAt"] as number) / 1_000) * 1_000,
  }));
}
