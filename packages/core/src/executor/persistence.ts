import type { TaskGraph } from "../graph/task-graph.ts";
import { BoundedList } from "../internal/bounded-list.ts";
import { attempt } from "../internal/attempt.ts";
import { toError } from "../internal/to-error.ts";
import type { Store } from "../store/store.ts";
import type { Task } from "../task/task.ts";

/** Saves tasks and graphs. A save that fails is told and counted, and the work goes on. */
export class Persistence {
  readonly #store: Store | undefined;
  readonly #onError: (task: Task, error: Error) => void;
  readonly errors = new BoundedList<Error>();

  constructor(store: Store | undefined, onError: (task: Task, error: Error) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Saves a task; returns a promise, which never rejects, only where there is something to wait for. */
  save(task: Task, immediate: boolean): void | Promise<void> {
    const store = this.#store;
    if (!store) return undefined;
    return this.#guard(
      () => (store.record ? store.record(task, { immediate }) : store.tasks.save(task)),
      (error) => this.#onError(task, error),
    );
  }

  /** Saves a graph with its tasks. */
  saveGraph(graph: TaskGraph): void | Promise<void> {
    const store = this.#store;
    if (!store) return undefined;
    return this.#guard(
      () => store.graphs.save(graph),
      () => undefined,
    );
  }

  #guard(save: () => void | Promise<void>, onError: (error: Error) => void): void | Promise<void> {
    return attempt(save, undefined, (thrown) => {
      const error = toError(thrown);
      this.errors.add(error);
      onError(error);
    });
  }
}
