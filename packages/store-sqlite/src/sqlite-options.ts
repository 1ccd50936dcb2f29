import { checkDelay, checkKeys, expected } from "@ttasks/node-support";
import type { SqliteDatabase } from "./sqlite-database.ts";

/** What a commit survives; see {@link SqliteOptions.durability}. */
export type Durability = "full" | "normal";

/** The options of a {@link SqliteStore}. */
export interface SqliteOptions {
  /**
   * `"full"`: what is saved survives a crash of the process, of the system, and a loss of power. `"normal"`: it survives a crash of the
   * process; the newest saves may be lost with the system, never half of one. `"normal"` spares a disk flush for each commit.
   *
   * @default "full"
   */
  readonly durability?: Durability | undefined;
  /**
   * How long a read or write waits, in milliseconds, while another process holds the ledger locked; 0 does not wait. The wait blocks
   * the event loop, as everything does in a synchronous store.
   *
   * @default 5000
   */
  readonly busyTimeoutMs?: number | undefined;
}

/** Options with their defaults. */
export interface SqliteSettings {
  readonly durability: Durability;
  readonly busyTimeoutMs: number;
}

const OPTIONS: readonly string[] = ["durability", "busyTimeoutMs"] satisfies (keyof SqliteOptions)[];
const DURABILITIES: readonly unknown[] = ["full", "normal"] satisfies Durability[];
const DEFAULT_BUSY_TIMEOUT_MS = 5_000;

/**
 * Checks the arguments of a {@link SqliteStore} and fills in the defaults.
 *
 * @throws {TypeError} when one is unknown or not as expected.
 */
export function checkSqliteOptions(target: string | SqliteDatabase, options: SqliteOptions): SqliteSettings {
  if (typeof target === "string") checkPath(target);
  else checkDatabase(target);
  checkKeys("SqliteStore", options, OPTIONS, "options");
  const { durability = "full" } = options;
  if (!DURABILITIES.includes(durability)) throw expected("durability", '"full" or "normal"', durability);
  const busyTimeoutMs = checkDelay("busyTimeoutMs", options.busyTimeoutMs, 0) ?? DEFAULT_BUSY_TIMEOUT_MS;
  return { durability, busyTimeoutMs };
}

/** SQLite would open a nameless temporary database, or cut the path at the NUL character. */
function checkPath(path: string): void {
  if (path.trim() === "" || path.includes("\0")) throw expected("path", 'the path of a file or ":memory:"', path);
}

function checkDatabase(target: unknown): void {
  const { prepare, exec, name } = Object(target) as Partial<Record<keyof SqliteDatabase, unknown>>;
  if (typeof prepare !== "function" || typeof exec !== "function" || typeof name !== "string")
    throw expected("path", "the path of a file or an open better-sqlite3 database", target);
}
