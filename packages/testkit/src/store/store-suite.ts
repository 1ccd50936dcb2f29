import type { Store } from "@ttasks/core";
import type { Check } from "../test-api.ts";

/** What a store can do; it decides which groups of tests apply. */
export interface StoreAbilities {
  /**
   * What reads give.
   *
   * - `"snapshots"`: objects of their own, made of what was stored, as in every durable store. Switches on the groups "reads as snapshots",
   *   "transactions of a store" and "recording in a store", and in "revisions in a store" what a graph's save does to newer states.
   * - `"live"`: the very objects that were saved. Switches on the group "reads as live references" in their place.
   */
  readonly reads: "snapshots" | "live";
  /**
   * Whether the store has `record`, the way in which an executor saves: it refuses to write over a newer state. `false` leaves out the
   * groups "recording in a store" and "claims of tasks in a store"; the executor then calls `tasks.save`, and the last one wins.
   *
   * @default true with snapshots, false with live references
   */
  readonly records?: boolean | undefined;
  /**
   * Whether the store has `prune`, as every `DocumentStore` does. `false` leaves out the group "pruning a store".
   *
   * @default true
   */
  readonly prunes?: boolean | undefined;
  /**
   * Whether the store has `explain`, as every `DocumentStore` does. `false` leaves out the group "explanations of a store".
   *
   * @default true
   */
  readonly explains?: boolean | undefined;
  /**
   * Whether the store has `leases`, as every `DocumentStore` does. `false` leaves out the groups "leases of a store" and "recovering a
   * store".
   *
   * @default true with snapshots, false with live references
   */
  readonly leases?: boolean | undefined;
  /**
   * Whether the store has `logs` that keep what tasks print, as a `DocumentStore` has over a driver with `logs`. `true` switches on the group
   * "logs in a store", and what outlives the closing of it.
   *
   * @default false
   */
  readonly logs?: boolean | undefined;
}

/** The store that {@link describeStore} tests; `S` is its class. */
export interface StoreContract<S extends Store = Store> {
  /** Opens a new, empty store; called for each test. */
  create(): S | Promise<S>;
  /**
   * Closes the store and opens another one over the same data. Switches on the group "a store that is opened again".
   *
   * @default absent: the store does not outlive its closing, and the tests of that are left out
   */
  reopen?(store: S): S | Promise<S>;
  /**
   * Opens another store over the same data and does nothing to the first one, as happens after a crash. Switches on the group "a store
   * that was never closed".
   *
   * @default absent: the data can be opened once only, and the tests of what is durable before the closing are left out
   */
  recover?(store: S): S | Promise<S>;
  /**
   * Called with the store at the end of each test, and with those that `reopen` and `recover` gave. It must bear a store that is closed.
   *
   * @default absent: there is nothing to close
   */
  close?(store: S): void | Promise<void>;
  /** What the store can do. */
  readonly abilities: StoreAbilities;
}

/** What each group of tests is given. */
export interface StoreSuite {
  readonly contract: StoreContract;
  readonly check: Check;
  /** Defines a test that gets a new store, which is closed behind it. */
  readonly test: (title: string, body: (store: Store) => Promise<void>) => void;
}
