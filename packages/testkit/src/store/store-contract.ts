import type { Store } from "@ttasks/core";
import { checkWith, type TestApi } from "../test-api.ts";
import { testClaims } from "./claims.ts";
import { testDocuments } from "./documents.ts";
import { testDurability } from "./durability.ts";
import { testExplanations } from "./explanations.ts";
import { testEventOrder } from "./event-order.ts";
import { testGraphCollection } from "./graph-collection.ts";
import { testLeases } from "./leases.ts";
import { testLogs } from "./logs.ts";
import { testMapProtocol } from "./map-protocol.ts";
import { testPruning } from "./pruning.ts";
import { testRecords } from "./records.ts";
import { testRecovery } from "./recovery.ts";
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
  const { abilities } = contract;
  const areSnapshots = abilities.reads === "snapshots";
  const { prunes = true, explains = true, logs = false, records = areSnapshots, leases = areSnapshots } = abilities;
  const groups: readonly (readonly [applies: boolean, ...Group])[] = [
    [true, "tasks of a store", testTaskCollection],
    [true, "graphs of a store", testGraphCollection],
    [true, "a collection as a Map", testMapProtocol],
    [true, "what a store keeps of a task", testDocuments],
    [areSnapshots, "reads as snapshots", testSnapshots],
    [!areSnapshots, "reads as live references", testLiveReferences],
    [true, "revisions in a store", testRevisions],
    [true, "a store behind an executor", testEventOrder],
    [true, "runs of graphs in a store", testRuns],
    [areSnapshots, "transactions of a store", testTransactions],
    [prunes, "pruning a store", testPruning],
    [explains, "explanations of a store", testExplanations],
    [logs, "logs in a store", testLogs],
    [records, "recording in a store", testRecords],
    [records && areSnapshots, "claims of tasks in a store", testClaims],
    [leases, "leases of a store", testLeases],
    [leases, "recovering a store", testRecovery],
    [contract.reopen !== undefined, "a store that is opened again", testReopening],
    [contract.recover !== undefined, "a store that was never closed", testDurability],
  ];
  return groups.filter(([applies]) => applies).map(([, ...group]) => group);
}
