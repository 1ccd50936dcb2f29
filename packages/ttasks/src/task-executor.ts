import { TaskExecutor as CoreTaskExecutor } from "@ttasks/core";
import { shellHandlers } from "@ttasks/handlers-shell";
import { copilotHandlersOnFirstUse } from "./copilot-handlers-on-first-use.ts";
import type { ExecutorOptions } from "./executor-options.ts";
import { nodeOwner } from "./node-owner.ts";

/**
 * The executor of `@ttasks/core` with a handler for every built-in type of task: `bash` and `powershell`, and `prompt` and `agent`,
 * which need the package `@ttasks/handlers-copilot` and load it at the first such task. Its `owner` is this process. In everything else it
 * is core's.
 *
 * @example
 * ```ts
 * import { Task, TaskExecutor } from "ttasks";
 *
 * const executor = new TaskExecutor();
 * const task = Task.bash("echo hello", { title: "Say hello" });
 * const result = await executor.execute(task);
 * console.log(result.output); // "hello\n"
 * ```
 */
export class TaskExecutor extends CoreTaskExecutor {
  /** @throws {TypeError} when an option is unknown or not as expected. */
  constructor(options: ExecutorOptions = {}) {
    const { shell, handlers, ...rest } = options;
    super({ ...rest, owner: ownerFor(rest) });
    this.use({ ...shellHandlers(shell), ...copilotHandlersOnFirstUse() });
    // Afterwards and not in one map: a handler that is `undefined` replaces none.
    if (handlers !== undefined) this.use(handlers);
  }

  /**
   * An executor that has no handlers yet, not even the built-in ones.
   *
   * @throws {TypeError} when an option is unknown or not as expected.
   */
  static override empty(options: Omit<ExecutorOptions, "handlers" | "shell"> = {}): TaskExecutor {
    // Core's constructor, which registers nothing by itself, makes an object of this class.
    return Reflect.construct<[ExecutorOptions], TaskExecutor>(
      CoreTaskExecutor,
      [{ ...options, owner: ownerFor(options), handlers: {} }],
      TaskExecutor,
    );
  }
}

/** Only a lease tells of the owner, so that nothing is asked of the system where there is none. */
function ownerFor({ owner, store }: Pick<ExecutorOptions, "owner" | "store">): ExecutorOptions["owner"] {
  return owner ?? (store?.leases && nodeOwner());
}
