import type { Store } from "@ttasks/core";
import type { Check } from "../test-api.ts";

/** What a store can do; it decides which tests apply. */
export interface StoreAbilities {
  /** What reads give: detached snapshots of what was stored (every durable store), or the very objects that were saved. */
  readonly reads: "snapshots" | "live";
}

/** The store that {@link describeStore} tests. */
export interface StoreContract {
  /** Opens a new, empty store; called for each test. */
  create(): Store | Promise<Store>;
  /**
   * Closes the store and opens another one over the same data.
   *
   * @default absent: the store does not outlive its closing, and the tests of that are left out
   */
  reopen?(store: Store): Store | Promise<Store>;
  /**
   * Called with the store at the end of each test.
   *
   * @default absent: there is nothing to close
   */
  close?(store: Store): void | Promise<void>;
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
