import { AsyncDocumentStore, DocumentStore, InMemoryStore, type HandlerContext, type StoreDriver } from "@ttasks/core";
import {
  asyncDriver,
  describeDriver,
  describeHandler,
  describeStore,
  FailingDriver,
  MapDriver,
  scriptedHandler,
  type TestApi,
} from "@ttasks/testkit";

const drivers = new WeakMap<object, StoreDriver<"sync">>();

function documentStore(driver: StoreDriver<"sync"> = new MapDriver()): DocumentStore {
  const store = new DocumentStore(driver);
  drivers.set(store, driver);
  return store;
}

function asyncDocumentStore(driver: StoreDriver<"sync"> = new MapDriver()): AsyncDocumentStore {
  const store = new AsyncDocumentStore(asyncDriver(driver));
  drivers.set(store, driver);
  return store;
}

/** Holds the stores of core against the contract. */
export function describeBuiltInStores(api: TestApi): void {
  api.describe("InMemoryStore", () => {
    describeStore(api, { create: () => new InMemoryStore(), abilities: { reads: "live", logs: true } });
  });

  api.describe("DocumentStore over a driver in memory", () => {
    describeStore(api, {
      create: () => documentStore(),
      reopen: (store) => documentStore(drivers.get(store)),
      recover: (store) => documentStore(drivers.get(store)),
      abilities: { reads: "snapshots", logs: true },
    });
  });

  api.describe("AsyncDocumentStore over a driver in memory", () => {
    describeStore(api, {
      create: () => asyncDocumentStore(),
      reopen: (store) => asyncDocumentStore(drivers.get(store)),
      recover: (store) => asyncDocumentStore(drivers.get(store)),
      abilities: { reads: "snapshots", logs: true },
    });
  });
}

/** Holds the drivers of this package against the contract. */
export function describeBuiltInDrivers(api: TestApi): void {
  api.describe("MapDriver", () => {
    describeDriver(api, { create: () => new MapDriver(), logs: true });
  });

  api.describe("a driver that answers with promises", () => {
    describeDriver(api, { create: () => asyncDriver(new MapDriver()), logs: true });
  });

  api.describe("FailingDriver, while no write is to fail", () => {
    describeDriver(api, { create: () => new FailingDriver(new MapDriver()), logs: true });
  });
}

/** Holds the scripted handler against the contract. */
export function describeScriptedHandler(api: TestApi): void {
  async function printing({ output }: HandlerContext): Promise<string> {
    output("one ");
    await Promise.resolve();
    output("two");
    return "one two";
  }

  describeHandler(api, {
    create: () => scriptedHandler({ bad: "fails", slow: "hangs", loud: printing }),
    type: "scripted",
    succeeds: { payload: "good", output: "good" },
    fails: { payload: "bad" },
    hangs: { payload: "slow" },
    prints: { payload: "loud" },
    leftovers: () => [],
  });
}
