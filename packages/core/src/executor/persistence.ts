import type { Run } from "../graph/run.ts";
import type { TaskGraph } from "../graph/task-graph.ts";
import { BoundedList } from "../internal/bounded-list.ts";
import { toError } from "../internal/to-error.ts";
import type { Store } from "../store/store.ts";
import type { Task } from "../task/task.ts";

/** Saves tasks, graphs and runs. A save that fails is told and counted, and the work goes on. */
export class Persistence {
  readonly #store: Store | undefined;
  readonly #onError: (task: Task, error: Error) => void;
  readonly errors = new BoundedList<Error>();

  constructor(store: Store | undefined, onError: (task: Task, error: Error) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Saves a task; returns a promise only where there is something to wait for: when it rejects, `failed` is to be told. */
  save(task: Task, immediate: boolean): void | PromiseLike<void> {
    const store = this.#store;
    if (!store) return undefined;
    try {
      return store.record ? store.record(task, { immediate }) : store.tasks.save(task);
    } catch (thrown) {
      this.failed(task, thrown);
    }
  }

  /** Takes note of a save that failed. */
  failed(task: Task, thrown: unknown): void {
    this.#onError(task, this.#note(thrown));
  }

  /** Saves a graph with its tasks and runs. */
  async saveGraph(graph: TaskGraph): Promise<void> {
    await this.#attempt(() => this.#store?.graphs.save(graph));
  }

  /** Saves the record of a run. */
  async saveRun(run: Run): Promise<void> {
    await this.#attempt(() => this.#store?.runs.save(run));
  }

  async #attempt(save: () => void | Promise<void>): Promise<void> {
    try {
      await save();
    } catch (thrown) {
      this.#note(thrown);
    }
  }

  #note(thrown: unknown): Error {
    const error = toError(thrown);
    this.errors.add(error);
    return error;
  }
}
