import { AsyncDocumentStore, DocumentStore, InMemoryStore, type Store } from "@ttasks/core";
import { asyncDriver, MapDriver, storeMatchesMap, storeMatchesQueries } from "@ttasks/testkit";
import fc from "fast-check";
import { it } from "vitest";

const RUNS = 1_000;

const STORES: readonly (readonly [string, () => Store])[] = [
  ["InMemoryStore", () => new InMemoryStore()],
  ["DocumentStore over a driver in memory", () => new DocumentStore(new MapDriver())],
  ["AsyncDocumentStore over a driver in memory", () => new AsyncDocumentStore(asyncDriver(new MapDriver()))],
];

it.each(STORES)(
  "%s answers any sequence of calls as a Map does",
  async (_name, create) => {
    const numbers = fc.array(fc.nat({ max: 100_000 }), { maxLength: 60, size: "max" });
    await fc.assert(
      fc.asyncProperty(numbers, (sequence) => storeMatchesMap(create(), sequence)),
      { numRuns: RUNS },
    );
  },
  120_000,
);

it.each(STORES)(
  "%s answers any query as a filter over all tasks does",
  async (_name, create) => {
    const numbers = fc.array(fc.nat({ max: 100_000 }), { minLength: 20, maxLength: 200, size: "max" });
    await fc.assert(
      fc.asyncProperty(numbers, (sequence) => storeMatchesQueries(create(), sequence)),
      { numRuns: RUNS },
    );
  },
  120_000,
);
