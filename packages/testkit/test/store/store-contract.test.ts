import { AsyncDocumentStore, DocumentStore, InMemoryStore, type StoreDriver } from "@ttasks/core";
import { asyncDriver, describeStore, MapDriver } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";

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

describe("InMemoryStore", () => {
  describeStore({ describe, it, expect }, { create: () => new InMemoryStore(), abilities: { reads: "live" } });
});

describe("DocumentStore over a driver in memory", () => {
  describeStore(
    { describe, it, expect },
    {
      create: () => documentStore(),
      reopen: (store) => documentStore(drivers.get(store)),
      abilities: { reads: "snapshots" },
    },
  );
});

describe("AsyncDocumentStore over a driver in memory", () => {
  describeStore(
    { describe, it, expect },
    {
      create: () => asyncDocumentStore(),
      reopen: (store) => asyncDocumentStore(drivers.get(store)),
      abilities: { reads: "snapshots" },
    },
  );
});
