import type { TaskGraph } from "../graph/task-graph.ts";
import { graphInternals } from "../graph/task-graph.ts";
import type { StoredState } from "../task/stored-state.ts";
import type { TaskStatus } from "../task/task-status.ts";
import { checkTask, taskInternals, type Task } from "../task/task.ts";
import { checkGraph } from "./codec.ts";
import { checkKey, idOf, type Stored } from "./document-collection.ts";
import { graphFilter, taskFilter } from "./query.ts";
import type { GraphQuery, MapCollection, Store, TaskQuery } from "./store.ts";
import type { Filter } from "./store-driver.ts";

interface Rules<T, Q> {
  readonly check: (value: unknown) => void;
  readonly filter: (query: Q | undefined) => Filter;
  readonly onSave: (value: T, before: T | undefined) => void;
}

class LiveCollection<T extends Stored, Q> extends Map<string, T> implements MapCollection<T, Q> {
  readonly #rules: Rules<T, Q>;

  constructor(rules: Rules<T, Q>) {
    super();
    this.#rules = rules;
  }

  override has(key: string | T): boolean {
    return super.has(idOf(key));
  }

  override set(id: string, value: T): this {
    this.#rules.check(value);
    checkKey(id, value);
    this.save(value);
    return this;
  }

  override delete(key: string | T): boolean {
    return super.delete(idOf(key));
  }

  save(value: T): void {
    this.#rules.check(value);
    this.#rules.onSave(value, this.get(value.id));
    super.set(value.id, value);
  }

  find(query?: Q): T[] {
    const filter = this.#rules.filter(query);
    const found: T[] = [];
    for (const value of this.values()) {
      if (found.length >= (filter.limit ?? Infinity)) break;
      if (matches(value, filter)) found.push(value);
    }
    return found;
  }

  count(query?: Q): number {
    return this.find(query).length;
  }
}

function matches({ status, type }: Partial<Task>, filter: Filter): boolean {
  return (filter.status?.includes(status as TaskStatus) ?? true) && (filter.type ?? type) === type;
}

function noteSave(state: StoredState, before: Stored | undefined): void {
  state.revision = Math.max(state.revision, before?.revision ?? 0) + 1;
  state.isChanged = false;
}

/**
 * A store that keeps the live objects themselves: what it gives back is what was saved. It ends with the process.
 *
 * @example
 * ```ts
 * import { InMemoryStore, Task } from "@ttasks/core";
 *
 * const store = new InMemoryStore();
 * const task = Task.bash("echo hi");
 * store.tasks.save(task);
 * console.log(store.tasks.get(task.id) === task); // true
 * ```
 */
export class InMemoryStore implements Store<"sync"> {
  readonly tasks: MapCollection<Task, TaskQuery> = new LiveCollection<Task, TaskQuery>({
    check: (value) => void checkTask("task", value),
    filter: taskFilter,
    onSave: (task, before) => noteSave(taskInternals.stored(task), before),
  });

  readonly graphs: MapCollection<TaskGraph, GraphQuery> = new LiveCollection<TaskGraph, GraphQuery>({
    check: (value) => void checkGraph("graph", value),
    filter: graphFilter,
    onSave: (graph, before) => {
      for (const task of graph.tasks) this.#saveMember(task);
      noteSave(graphInternals.stored(graph), before);
    },
  });

  /** Another object of the same id may stand for a newer state of the task. */
  #saveMember(task: Task): void {
    const stored = this.tasks.get(task.id);
    const { revision, isChanged } = taskInternals.stored(task);
    if (stored === undefined || (stored !== task && stored.revision < revision + Number(isChanged)))
      this.tasks.save(task);
  }
}
