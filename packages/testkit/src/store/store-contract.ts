import type { Store } from "@ttasks/core";
import { checkWith, type TestApi } from "../test-api.ts";
import { testDocuments } from "./documents.ts";
import { testDurability } from "./durability.ts";
import { testExplanations } from "./explanations.ts";
import { testEventOrder } from "./event-order.ts";
import { testGraphCollection } from "./graph-collection.ts";
import { testLogs } from "./logs.ts";
import { testMapProtocol } from "./map-protocol.ts";
import { testPruning } from "./pruning.ts";
import { testRecords } from "./records.ts";
import { testReopening } from "./reopening.ts";
import { testRevisions } from "./revisions.ts";
import { testRuns } from "./runs.ts";
import { testLiveReferences, testSnapshots } from "./snapshots.ts";
import { testTaskCollection } from "./task-collection.ts";
import { testTransactions } from "./transactions.ts";
import type { StoreContract, StoreSuite } from "./store-suite.ts";

/**
 * Tests that a store keeps the contract that executors and graphs rely on. Call it in a test file of the store's package.
 *
 * @example
 * ```ts
 * import { InMemoryStore } from "@ttasks/core";
 * import { describeStore } from "@ttasks/testkit";
 * import { describe, expect, it } from "vitest";
 *
 * describeStore({ describe, it, expect }, { create: () => new InMemoryStore(), abilities: { reads: "live" } });
 * ```
 */
export function describeStore<S extends Store>(api: TestApi, contract: StoreContract<S>): void {
  const test: StoreSuite["test"] = (title, body) => {
    api.it(title, async () => {
      const store = await contract.create();
      try {
        await body(store);
      } finally {
        await contract.close?.(store);
      }
    });
  };
  const suite = { contract, test, check: checkWith(api.expect) };
  for (const [title, group] of groupsFor(contract)) api.describe(title, () => group(suite));
}

type Group = readonly [title: string, define: (suite: StoreSuite) => void];

function groupsFor(contract: StoreContract): readonly Group[] {
  const areSnapshots = contract.abilities.reads === "snapshots";
  const groups: Group[] = [
    ["tasks of a store", testTaskCollection],
    ["graphs of a store", testGraphCollection],
    ["a collection as a Map", testMapProtocol],
    ["what a store keeps of a task", testDocuments],
    areSnapshots ? ["reads as snapshots", testSnapshots] : ["reads as live references", testLiveReferences],
    ["revisions in a store", testRevisions],
    ["a store behind an executor", testEventOrder],
    ["runs of graphs in a store", testRuns],
  ];
  if (areSnapshots) groups.push(["transactions of a store", testTransactions]);
  if (contract.abilities.prunes ?? true) groups.push(["pruning a store", testPruning]);
  if (contract.abilities.explains ?? true) groups.push(["explanations of a store", testExplanations]);
  if (contract.abilities.logs === true) groups.push(["logs in a store", testLogs]);
  if (contract.abilities.records ?? areSnapshots) groups.push(["recording in a store", testRecords]);
  if (contract.reopen) groups.push(["a store that is opened again", testReopening]);
  if (contract.recover) groups.push(["a store that was never closed", testDurability]);
  return groups;
}
