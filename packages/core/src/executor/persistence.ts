import { TaskClaimedError } from "../errors/task-errors.ts";
import { StoreError } from "../errors/store-errors.ts";
import { isTtasksError, type TtasksError } from "../errors/ttasks-error.ts";
import type { Run } from "../graph/run.ts";
import type { TaskGraph } from "../graph/task-graph.ts";
import { BoundedList } from "../internal/bounded-list.ts";
import { toError } from "../internal/to-error.ts";
import type { Store } from "../store/store.ts";
import type { Task } from "../task/task.ts";

/** Saves tasks, graphs and runs. What fails is told and counted, and the work goes on, unless it is to be strict. */
export class Persistence {
  readonly isStrict: boolean;
  readonly errors = new BoundedList<Error>();
  readonly #store: Store | undefined;
  readonly #onError: (task: Task, error: Error) => void;

  constructor(store: Store | undefined, isStrict: boolean, onError: (task: Task, error: Error) => void) {
    this.#store = store;
    this.isStrict = isStrict;
    this.#onError = onError;
  }

  /**
   * Saves a task; returns a promise only where there is something to wait for.
   *
   * @throws what the store throws
   */
  save(task: Task, immediate: boolean): void | PromiseLike<void> {
    const store = this.#store;
    if (!store) return undefined;
    return store.record ? store.record(task, { immediate }) : store.tasks.save(task);
  }

  /** Takes note of a save that failed, and tells who listens. */
  failed(task: Task, thrown: unknown): void {
    this.#onError(task, this.note(thrown));
  }

  /** Takes note of something that failed. */
  note(thrown: unknown): Error {
    const error = toError(thrown);
    this.errors.add(error);
    return error;
  }

  /**
   * Saves a graph with its tasks and runs.
   *
   * @throws {StoreError} where it is strict and the graph cannot be saved
   */
  async saveGraph(graph: TaskGraph): Promise<void> {
    try {
      await this.#store?.graphs.save(graph);
    } catch (thrown) {
      this.note(thrown);
      if (this.isStrict)
        throw storeError(`Graph "${graph.title}" (${graph.id}) does not run, as it cannot be saved`, thrown);
    }
  }

  /** Saves the record of a run. */
  async saveRun(run: Run): Promise<void> {
    try {
      const stored = await this.#store?.runs.get(run.id);
      // Somebody has taken its executor for gone: that is what the ledger tells.
      if ((stored?.revision ?? 0) <= run.revision) await this.#store?.runs.save(run);
    } catch (thrown) {
      this.note(thrown);
    }
  }
}

/** Why a task was not saved that somebody else has; `undefined` for every other reason. */
export function claimedBy(task: Task, thrown: unknown): TaskClaimedError | undefined {
  const isClaimed = isTtasksError(thrown) && thrown.code === "stale_revision";
  return isClaimed ? new TaskClaimedError(task, { cause: thrown }) : undefined;
}

/** The error of the store as `execute` rejects with it. */
export function unsavedError({ title, id }: Task, thrown: unknown): TtasksError {
  return storeError(`Task "${title}" (${id}) cannot be saved`, thrown);
}

function storeError(what: string, thrown: unknown): TtasksError {
  if (thrown instanceof StoreError) return thrown;
  return new StoreError("store_failed", `${what}: ${toError(thrown).message}`, { cause: thrown });
}
