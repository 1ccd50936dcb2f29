import {
  AsyncDocumentStore,
  DocumentStore,
  InMemoryStore,
  type Change,
  type JsonObject,
  type Kind,
  type Store,
  type Task,
} from "@ttasks/core";
import { asyncDriver, describeStore, MapDriver, type StoreAbilities } from "@ttasks/testkit";
import { expect, it } from "vitest";
import { collectFailures } from "../collect-failures.ts";

/** Loses every tenth put. */
class LosingDriver extends MapDriver {
  #putCount = 0;

  override write(changes: readonly Change[]): readonly number[] {
    return super.write(changes.filter(({ op }) => op !== "put" || ++this.#putCount % 10 !== 0));
  }
}

/** Puts a document that is put again at the end. */
class ReorderingDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    return super.write(
      changes.map((change): Change => {
        const isStored =
          change.op === "put" && change.ifRevision !== undefined && this.read(change.kind, [change.id]).length > 0;
        if (isStored && change.ifRevision !== null) super.write([{ op: "delete", kind: change.kind, id: change.id }]);
        return isStored && change.ifRevision !== null ? { ...change, ifRevision: null } : change;
      }),
    );
  }
}

/** Writes change by change, and leaves what it has written when one fails. */
class PiecemealDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    return changes.flatMap((change, index) => (super.write([change]).length === 0 ? [] : [index]));
  }
}

/** Puts whatever is stored. */
class CarelessDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    return super.write(
      changes.map((change) => {
        const stored = change.op === "put" ? this.read(change.kind, [change.id])[0] : undefined;
        return stored ? { ...change, ifRevision: stored["revision"] as number } : { ...change, ifRevision: undefined };
      }),
    );
  }
}

/** Tells that everything was written. */
class SilentDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    super.write(changes);
    return [];
  }
}

/** Compares ids without regard to case. */
class FoldingDriver extends MapDriver {
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

/** Commits a record late, and reads do not wait for it. */
class LaggingStore extends AsyncDocumentStore {
  override async record(task: Task): Promise<void> {
    await Promise.resolve();
    setImmediate(() => void super.record(task).catch(() => undefined));
  }
}

const SNAPSHOTS: StoreAbilities = { reads: "snapshots" };

const BROKEN: readonly (readonly [string, () => Store, string])[] = [
  ["loses a write", () => new DocumentStore(new LosingDriver()), "each of many tasks is kept"],
  ["gives live references", () => new InMemoryStore(), "each read gives an object of its own"],
  [
    "moves a document that is saved again",
    () => new DocumentStore(new ReorderingDriver()),
    "tasks: the order is that of the first save, kept on update",
  ],
  [
    "saves half a graph",
    () => new DocumentStore(new PiecemealDriver()),
    "a graph save that fails half-way stores nothing of it",
  ],
  [
    "ignores ifRevision",
    () => new DocumentStore(new CarelessDriver()),
    "an older state recorded at once does not replace a newer one",
  ],
  [
    "writes old members of a graph",
    () => new DocumentStore(new CarelessDriver()),
    "a graph that was read by another does not bring old states back",
  ],
  [
    "does not tell what it skipped",
    () => new DocumentStore(new SilentDriver()),
    "an older state recorded in company does not replace a newer one",
  ],
  ["takes two ids for one", () => new DocumentStore(new FoldingDriver()), "ids that look alike are told apart"],
  [
    "ignores ifRevision behind promises",
    () => new AsyncDocumentStore(asyncDriver(new CarelessDriver())),
    "an older state recorded in company does not replace a newer one",
  ],
  [
    "resolves a record too early",
    () => new LaggingStore(asyncDriver(new MapDriver())),
    "a subscriber never reads an older state than that of its event",
  ],
];

it.each(BROKEN)("a store that %s is caught", async (_fault, create, title) => {
  const failures = await collectFailures((api) => describeStore(api, { create, abilities: SNAPSHOTS }));
  expect([...failures.keys()]).toContain(title);
});

it("a store whose data does not outlive its closing is caught", async () => {
  const failures = await collectFailures((api) =>
    describeStore(api, {
      create: () => new DocumentStore(new MapDriver()),
      reopen: () => new DocumentStore(new MapDriver()),
      abilities: SNAPSHOTS,
    }),
  );
  expect([...failures.keys()]).toContain("tasks and graphs are there when the store is opened again");
});

it("a failure tells what to fix in the store", async () => {
  const failures = await collectFailures((api) =>
    describeStore(api, { create: () => new DocumentStore(new PiecemealDriver()), abilities: SNAPSHOTS }),
  );
  expect(failures.get("a graph save that fails half-way stores nothing of it")).toContain(
    "`graphs.save` must be one transaction",
  );
});

it("a store that is whole passes", async () => {
  const failures = await collectFailures((api) =>
    describeStore(api, { create: () => new DocumentStore(new MapDriver()), abilities: SNAPSHOTS }),
  );
  expect([...failures]).toEqual([]);
});
