import {
  AsyncDocumentStore,
  DocumentStore,
  InMemoryStore,
  type Change,
  type Store,
  type StoreDriver,
} from "@ttasks/core";
import { asyncDriver, describeStore, MapDriver, type StoreContract } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";
import { collectFailures, expectCaught } from "../collect-failures.ts";
import * as faulty from "../faulty-drivers.ts";
import { createHoardingStore, createSharedFateStore, PromisingStore } from "../faulty-stores.ts";

/** What is wrong with a store, and the tests that fail for it, each with words of its advice. */
interface Fault extends Partial<StoreContract> {
  readonly is: string;
  readonly create: () => Store;
  readonly caughtBy: Readonly<Record<string, string>>;
}

/** Says that a task that starts is stored before it is: its event goes before its save. */
class HastyDriver extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    const isStart = (change: Change): boolean => change.op === "put" && change.document["status"] === "running";
    if (!changes.every(isStart)) return super.write(changes);
    setImmediate(() => super.write(changes));
    return [];
  }
}

/** Has the disk written some time after a write has returned. */
class WriteBackDriver extends MapDriver {
  readonly disk = new MapDriver();
  #pending: Change[] = [];

  override write(changes: readonly Change[]): readonly number[] {
    const skipped = super.write(changes);
    this.#pending.push(...changes);
    return skipped;
  }

  flush(): void {
    this.disk.write(this.#pending.splice(0));
  }
}

const drivers = new WeakMap<object, MapDriver>();

function storeOver<D extends MapDriver>(driver: D): DocumentStore {
  const store = new DocumentStore(driver);
  drivers.set(store, driver);
  return store;
}

function promisingStore(driver: MapDriver): DocumentStore {
  const store = new PromisingStore(driver);
  drivers.set(store, driver);
  return store;
}

/** What is left of a driver whose rows are loaded again in the order of their ids. */
function sortedCopy(driver: StoreDriver<"sync">): MapDriver {
  const copy = new MapDriver();
  for (const kind of ["task", "graph", "run", "lease", "cancel"])
    for (const id of [...driver.keys(kind)].sort((one, other) => titleOf(one).localeCompare(titleOf(other)))) {
      const [document] = driver.read(kind, [id]);
      copy.write([{ op: "put", kind, id, document: document!, revision: document!["revision"] as number }]);
    }
  function titleOf(id: string): string {
    const [document] = driver.read("task", [id]);
    return String(document?.["title"]);
  }
  return copy;
}

const STALE = "must reject with a StoreError `stale_revision`";
const ONE_TRANSACTION = "`graphs.save` must be one transaction";

const ONE_WINS = "`record` must let one win";

const CARELESS = {
  "of eight executors that start one task at once one runs it": ONE_WINS,
  "of two executors that start the same task one after the other one runs it": ONE_WINS,
  "two executors share the work of a hundred tasks: each is run once": ONE_WINS,
  "who has lost a running task cannot write its end over the newer state": "`record` must refuse an end",
  "of two that change a lease at once one does": "`leases.expire` must be false for a lease that was changed",
  "an executor whose lease has expired stops what it runs, and goes on under another id": "its lease has expired",
  "a request is given to the executor of the task only, and a second one takes the place of the first":
    "must give one request",
  "two recoveries at once recover each task once": "`record` must let one recovery win",
  "an executor that was only slow cannot end what was taken from it": "`record` must refuse the end",
  "an older state recorded at once does not replace a newer one": STALE,
  "an older state recorded in company does not replace a newer one": STALE,
  "a task of the same id that was made anew is not recorded at once over the stored one": "`ifRevision: null`",
  "a task of the same id that was made anew is not recorded in company over the stored one": "`ifRevision: null`",
  "a graph save does not write an older state of a task over a newer one": "`graphs.save` must skip a member",
  "a graph that was read by another does not bring old states back": "must not write an unchanged member",
  "a direct save overwrites whatever is stored, also a newer state": "its revision must be higher",
};

const FAULTS: readonly Fault[] = [
  {
    is: "loses a write",
    create: () => new DocumentStore(new faulty.LosingDriver()),
    caughtBy: {
      "each of many tasks is kept": "`tasks.save` must keep every task",
      "many tasks that run at once are all stored": "no save of an ordinary run may be refused",
      "two executors share the work of a hundred tasks: each is run once": ONE_WINS,
      "two recoveries at once recover each task once": "`record` must",
      "a graph of 2,000 tasks is saved and read whole": "`graphs.save` must store all tasks, however many",
      "tasks that are recorded together keep their order": "`record` must store tasks in the order of its calls",
      "a graph comes back with its newest 100 runs, and all of them are stored": "`runs` must keep every run",
    },
  },
  {
    is: "moves an object that is saved again",
    create: () => new DocumentStore(new faulty.ReorderingDriver()),
    caughtBy: {
      "tasks: the order is that of the first save, kept on update": "must keep its place",
      "graphs: the order is that of the first save, kept on update": "must keep its place",
      "tasks: the collection can be written to while a walk is open": "must give an object once only",
      "graphs: the collection can be written to while a walk is open": "must give an object once only",
    },
  },
  {
    is: "saves half a graph",
    create: () => new DocumentStore(new faulty.PiecemealDriver()),
    caughtBy: {
      "a graph save that fails half-way stores nothing of it": ONE_TRANSACTION,
      "a graph save that fails half-way leaves the state of before": "must leave every task as it was",
    },
  },
  {
    is: "writes older states over newer ones, whatever ifRevision says",
    create: () => new DocumentStore(new faulty.CarelessDriver()),
    caughtBy: CARELESS,
  },
  {
    is: "writes older states over newer ones, and answers with promises",
    create: () => new AsyncDocumentStore(asyncDriver(new faulty.CarelessDriver())),
    caughtBy: CARELESS,
  },
  {
    is: "takes two ids for one",
    create: () => new DocumentStore(new faulty.FoldingDriver()),
    caughtBy: { "ids that look alike are told apart": "ids must be compared exactly" },
  },
  {
    is: "refuses writes while a walk is open",
    create: () => new DocumentStore(new faulty.LockingDriver()),
    caughtBy: {
      "tasks: the collection can be written to while a walk is open": "leave no cursor open",
      "graphs: the collection can be written to while a walk is open": "leave no cursor open",
    },
  },
  {
    is: "leaves the cursor of a walk that was left open",
    create: () => new DocumentStore(new faulty.LeakingDriver()),
    caughtBy: {
      "tasks: a walk may be left early": "give its cursor back in a `finally`",
      "graphs: a walk may be left early": "give its cursor back in a `finally`",
    },
  },
  {
    is: "does not say that a delete found nothing",
    create: () => new DocumentStore(new faulty.MuteDriver()),
    caughtBy: {
      "a deleted task is gone, and deleting it again tells so": "of a task that is not stored must be false",
      "of two that change a lease at once one does": "`leases.delete` must be false",
      "deleting a graph deletes its runs, and no others": "of a graph that is not stored must be false",
    },
  },
  {
    is: "counts without the limit",
    create: () => new DocumentStore(new faulty.UnlimitedDriver()),
    caughtBy: {
      "a limit gives the tasks that were saved first": "`tasks.count` must heed `limit`",
      "a limit gives the graphs that were saved first": "`graphs.count` must heed `limit`",
    },
  },
  {
    is: "finds by the state of the first save",
    create: () => new DocumentStore(new faulty.StaleIndexDriver()),
    caughtBy: {
      "a task is found by the state that it was saved in last": "must be looked up in the newest document",
      "a graph whose process is gone is resumed, and what is done does not run again": "with every task's stored state",
      "two executors share the work of a hundred tasks: each is run once": "no task may be lost",
    },
  },
  {
    is: "loses a field of a document",
    create: () => new DocumentStore(faulty.createForgetfulDriver()),
    caughtBy: { "a saved task is read by its id, with every field": "must give the document that `tasks.save` stored" },
  },
  {
    is: "loses a flag of a graph",
    create: () => new DocumentStore(faulty.createFlaglessDriver()),
    caughtBy: {
      "a saved graph comes back with its title, edges, flags and tasks": "must give title, edges and flags",
    },
  },
  {
    is: "keeps times in whole seconds",
    create: () => new DocumentStore(faulty.createRoundingDriver()),
    caughtBy: {
      "the time of creation comes back to the millisecond": "`createdAt` must come back unchanged",
      "a saved task is read by its id, with every field": "must give the document that `tasks.save` stored",
      "a saved graph comes back with its title, edges, flags and tasks": "in the order in which they were added",
      "saving a graph saves its tasks": "`graphs.save` must store every task of the graph",
      "an executor stores every ending with its result": "must have the task's last state",
    },
  },
  {
    is: "deletes the tasks of a graph with it",
    create: () => new DocumentStore(new faulty.CascadingDriver()),
    caughtBy: {
      "deleting a graph leaves its tasks": "`graphs.delete` must leave the tasks",
      "two graphs may share a task": "was deleted from the store",
      "a graph goes with its tasks, together or not at all": "was deleted from the store",
    },
  },
  {
    is: "clears tasks and graphs alike",
    create: () => new DocumentStore(new faulty.SweepingDriver()),
    caughtBy: {
      "clearing the tasks removes all of them and no graph": "`tasks.clear` must leave the graphs",
      "clearing the graphs leaves their tasks": "`graphs.clear` must leave the tasks",
    },
  },
  {
    is: "says that a state is stored before it is",
    create: () => new DocumentStore(new HastyDriver()),
    caughtBy: {
      "a subscriber never reads an older state than that of its event": "events follow it",
      "of eight executors that start one task at once one runs it": "no handler may be called",
      "of two executors that start the same task one after the other one runs it": "no handler may be called",
      "two executors share the work of a hundred tasks: each is run once": ONE_WINS,
      "a graph comes back with its newest 100 runs, and all of them are stored": "`runs` must keep every run",
    },
  },
  {
    is: "keeps the runs of a graph that is gone",
    create: () => new DocumentStore(new faulty.HoldingDriver()),
    caughtBy: {
      "deleting a graph deletes its runs, and no others": "`graphs.delete` must delete the runs of the graph",
      "clearing the graphs clears the runs": "`graphs.clear` must clear the runs",
      "deleting a run leaves its graph": "`runs.delete` of a stored run must be true",
      "pruning a graph prunes its runs, and no others": "`prune` must remove the runs",
    },
  },
  {
    is: "takes all runs for those of every graph",
    create: () => new DocumentStore(new faulty.MixingDriver()),
    caughtBy: {
      "a graph comes back with its runs, oldest first": "`graphs.get` must give the graph's own runs",
      "runs are found by their graph and their state": "`runs.find` must heed `graph`",
      "deleting a graph deletes its runs, and no others": "`graphs.delete` must",
      "pruning a graph prunes its runs, and no others": "`prune` must remove the runs",
    },
  },
  {
    is: "has no answer to why",
    create: () => Object.assign(new DocumentStore(new MapDriver()), { explain: () => undefined }),
    caughtBy: {
      "a task is explained by its id as its graph explains it": "`explain` must tell what the graph tells",
      "of the graphs that hold a task the one that ran last explains it": "`explain` must go by the newest run",
      "a task that is in no graph is explained by itself, and one that is not stored is not":
        "`explain` must know tasks",
    },
  },
  {
    is: "does not let reads and deletes wait for what is recorded before them",
    create: createHoardingStore,
    abilities: { reads: "snapshots", prunes: false, explains: false, leases: false },
    caughtBy: {
      "a read sees what was recorded before it": "a read must first write what `record` has gathered",
      "a delete comes after what was recorded before it": "must first write what `record` has gathered",
    },
  },
  {
    is: "fails all tasks of a group with one",
    create: createSharedFateStore,
    abilities: { reads: "snapshots", prunes: false, explains: false, leases: false },
    caughtBy: {
      "a task that cannot be written fails its own record only": "for no task that is recorded with it",
      "of eight executors that start one task at once one runs it": ONE_WINS,
      "two executors share the work of a hundred tasks: each is run once": ONE_WINS,
    },
  },
  {
    is: "says that a group is stored before it is",
    create: () => promisingStore(new MapDriver()),
    recover: (store) => new DocumentStore(drivers.get(store)!),
    caughtBy: {
      "an older state recorded in company does not replace a newer one": STALE,
      "a task of the same id that was made anew is not recorded in company over the stored one": "`ifRevision: null`",
      "a task that cannot be written fails its own record only": "must reject for the task that cannot be written",
      "a task recorded in company is durable when its record has returned or resolved": "only when the task is durable",
      "a state is durable when its event is told, also of tasks that run together": "events follow it",
    },
  },
  {
    is: "is durable some time after a save has returned",
    create: () => storeOver(new WriteBackDriver()),
    reopen: (store) => {
      const driver = drivers.get(store) as WriteBackDriver;
      driver.flush();
      return new DocumentStore(driver.disk);
    },
    recover: (store) => new DocumentStore((drivers.get(store) as WriteBackDriver).disk),
    caughtBy: {
      "a saved task is durable when its save has returned or resolved": "wait until the backend has it",
      "a saved graph is durable when its save has returned or resolved":
        "only when the graph and its tasks are durable",
      "a task recorded at once is durable when its record has returned or resolved": "only when the task is durable",
      "a task recorded in company is durable when its record has returned or resolved": "only when the task is durable",
      "a state is durable when its event is told, also of tasks that run together": "events follow it",
    },
  },
  {
    is: "sorts what it opens again",
    create: () => storeOver(new MapDriver()),
    reopen: (store) => new DocumentStore(sortedCopy(drivers.get(store)!)),
    caughtBy: {
      "the order of first save outlives the closing of the store": "the order must be stored, not rebuilt",
    },
  },
];

describe("a broken store is caught by the tests that name its fault, and by no others: one that", () => {
  for (const { is, caughtBy, ...contract } of FAULTS) {
    it(is, async () => {
      const whole: StoreContract = { abilities: { reads: "snapshots" }, ...contract };
      expectCaught(await collectFailures((api) => describeStore(api, whole)), caughtBy);
    });
  }
});

it("a store that gives live references in place of snapshots is caught, and told what to give", async () => {
  const failures = await collectFailures((api) =>
    describeStore(api, { create: () => new InMemoryStore(), abilities: { reads: "snapshots", records: false } }),
  );
  expect(failures.get("each read gives an object of its own")).toContain(
    "`tasks.get` must not give the live task back: make a task of the stored document at each read",
  );
  expect(failures.get("changing a task that was read does not reach the store")).toContain("only `save` may change");
});

it("a store that gives snapshots in place of live references is caught", async () => {
  const failures = await collectFailures((api) =>
    describeStore(api, { create: () => new DocumentStore(new MapDriver()), abilities: { reads: "live" } }),
  );
  expectCaught(failures, {
    "a read gives the very object that was saved": "of a live store must give the saved object",
    "a change of a saved task is seen at once": "must go by the live state",
  });
});

it("a store whose data does not outlive its closing is caught", async () => {
  const failures = await collectFailures((api) =>
    describeStore(api, {
      create: () => new DocumentStore(new MapDriver()),
      reopen: () => new DocumentStore(new MapDriver()),
      abilities: { reads: "snapshots" },
    }),
  );
  expectCaught(failures, {
    "tasks and graphs are there when the store is opened again": "a saved task must outlive the closing of the store",
    "the order of first save outlives the closing of the store": "the order must be stored",
    "an older state is refused also after the store was opened again": "revisions must be stored",
    "runs are there when the store is opened again": "a stored run must outlive the closing of the store",
    "leases and requests outlive the closing of the store": "a lease must outlive the closing of the store",
    "a held task is held after the store was opened again, until it is released and saved": "a saved task must outlive",
  });
});

it("a store without record is told to write it, or to declare that it has none", async () => {
  const { tasks, graphs, runs } = new DocumentStore(new MapDriver());
  const contractOf = (records?: boolean): StoreContract => ({
    create: () => {
      tasks.clear();
      graphs.clear();
      return { tasks, graphs, runs };
    },
    abilities: { reads: "snapshots", records, prunes: false, explains: false, leases: false },
  });
  const failures = await collectFailures((api) => describeStore(api, contractOf()));
  expect(failures.get("a read sees what was recorded before it")).toContain("declare the ability `records: false`");
  expect(await collectFailures((api) => describeStore(api, contractOf(false)))).toEqual(new Map());
});

it("a store that is whole passes", async () => {
  const failures = await collectFailures((api) =>
    describeStore(api, {
      create: () => storeOver(new MapDriver()),
      reopen: (store) => new DocumentStore(drivers.get(store)!),
      recover: (store) => new DocumentStore(drivers.get(store)!),
      abilities: { reads: "snapshots" },
    }),
  );
  expect([...failures]).toEqual([]);
});
