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

/** Who has started a task: knows what it comes after, and hears of its end. The token tells which task, where there are several. */
export interface TaskStarter {
  /** What the handler may read of other tasks; asked for when it does. */
  upstream(token: number): readonly Task[];
  /**
   * Called once, when the task is settled.
   *
   * @param error - what `execute` would have rejected with; `undefined` where it would have resolved
   */
  settled(token: number, error: Error | undefined, result?: TaskResult): void;
}

/** Starts a task as `execute` does, but tells its starter of the end; throws where `execute` would reject at once. */
export type StartTask = (
  runner: TaskRunner,
  task: Task,
  signal: AbortSignal | undefined,
  starter: TaskStarter,
  token: number,
) => void;

/**
 * Ways to start a task without a promise for its end, by the `execute` that they do without: with a graph of many tasks, that promise
 * costs more than all else. Who overrides or wraps `execute` has another one, and is asked by that.
 */
export const quickStarts = new WeakMap<object, StartTask>();
