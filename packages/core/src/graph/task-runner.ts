import type { TaskResult } from "../task/task-result.ts";
import type { TaskTypeName } from "../task/task-type.ts";
import type { Task } from "../task/task.ts";

/** What a task may be executed with. */
export interface ExecuteOptions {
  /**
   * The tasks whose results the handler may read, as its `context.upstream`.
   *
   * @default none
   */
  readonly upstream?: Iterable<Task> | undefined;
  /** Aborting it cancels the task. */
  readonly signal?: AbortSignal | undefined;
}

/** All that a graph needs of an executor. */
export interface TaskRunner {
  /** Runs a pending task to its end: resolves when it succeeded, rejects in every other case. */
  execute<K extends TaskTypeName, O>(task: Task<K, O>, options?: ExecuteOptions): Promise<TaskResult<O>>;
}
