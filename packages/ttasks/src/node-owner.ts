import type { ExecutorOwner } from "@ttasks/core";
import { ownProcessStart, thisHost } from "@ttasks/node-support";

let owner: ExecutorOwner | undefined;

/**
 * This process, as others can tell whether it lives: by its host, its number, and what tells it from a process that is given that number
 * later (on Linux, macOS and Windows). The executor of `ttasks` has it by itself; give it to an executor of core's as its `owner`.
 *
 * @example
 * ```ts
 * import { TaskExecutor } from "@ttasks/core";
 * import { SqliteStore } from "@ttasks/store-sqlite";
 * import { nodeOwner } from "ttasks";
 *
 * const executor = new TaskExecutor({ store: new SqliteStore("ttasks.db"), owner: nodeOwner() });
 * ```
 */
export function nodeOwner(): ExecutorOwner {
  return (owner ??= Object.freeze({ host: thisHost(), pid: process.pid, processStart: ownProcessStart() }));
}
