import { recover as recoverByCore, type Recovery, type RecoverOptions, type Store } from "@ttasks/core";
import { isOwnerAlive, LeftAttempts } from "@ttasks/node-support";

/**
 * Takes up what programs that are gone have left in a store, as `recover` of core does: what lives is left alone, and each task that was
 * interrupted is pending again, held or failed, as its `onInterrupted` says. Here a program on this host that has ended counts as gone at
 * once, and the processes that its shell tasks have left are ended before anything else (on Linux).
 *
 * @returns what was done
 * @throws {TypeError} when an option is unknown or not as expected
 * @throws what the store throws, and the reason of `signal`
 * @example
 * ```ts
 * import { SqliteStore } from "@ttasks/store-sqlite";
 * import { recover } from "ttasks";
 *
 * const { tasks } = await recover(new SqliteStore("ttasks.db"));
 * for (const { title, outcome } of tasks) console.log(`${title}: ${outcome}`);
 * ```
 */
export function recover(store: Store, options: RecoverOptions = {}): Promise<Recovery> {
  const left = new LeftAttempts();
  return recoverByCore(store, {
    ...options,
    isAlive: options.isAlive ?? ((owner) => isOwnerAlive(owner)),
    endProcess: options.endProcess ?? ((attempt) => left.end(attempt)),
  });
}
