import type { TaskGraph } from "../graph/task-graph.ts";
import { storedState, type StoredObject } from "../task/stored-object.ts";
import type { TaskStatus } from "../task/task-status.ts";
import type { Task } from "../task/task.ts";
import { graphCodec, taskCodec, type Codec } from "./codec.ts";
import { checkKey, idOf } from "./document-collection.ts";
import type { GraphQuery, MapCollection, Store, TaskQuery } from "./store.ts";
import type { Filter } from "./store-driver.ts";

class LiveCollection<T extends StoredObject, Q> extends Map<string, T> implements MapCollection<T, Q> {
  readonly #codec: Codec<T, Q>;
  readonly #saveMember: (task: Task) => void;

  constructor(codec: Codec<T, Q>, saveMember: (task: Task) => void) {
    super();
    this.#codec = codec;
    this.#saveMember = saveMember;
  }

  override has(key: string | T): boolean {
    return super.has(idOf(key));
  }

  override set(id: string, value: T): this {
    this.#check(value);
    checkKey(id, value);
    this.save(value);
    return this;
  }

  override delete(key: string | T): boolean {
    return super.delete(idOf(key));
  }

  save(value: T): void {
    this.#check(value);
    this.#codec.members(value).forEach(this.#saveMember);
    const state = storedState(value);
    state.revision = Math.max(state.revision, this.get(value.id)?.revision ?? 0) + 1;
    state.isChanged = false;
    super.set(value.id, value);
  }

  find(query?: Q): T[] {
    const filter = this.#codec.filter(query);
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

  #check(value: unknown): void {
    this.#codec.check(this.#codec.kind, value);
  }
}

function matches({ status, type }: Partial<Task>, filter: Filter): boolean {
  return (filter.status?.includes(status as TaskStatus) ?? true) && (filter.type ?? type) === type;
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
  /** Another object of the same id may stand for a newer state of the task. */
  readonly #saveMember = (task: Task): void => {
    const stored = this.tasks.get(task.id);
    const { revision, isChanged } = storedState(task);
    if (stored === undefined || (stored !== task && stored.revision < revision + Number(isChanged)))
      this.tasks.save(task);
  };

  readonly tasks: MapCollection<Task, TaskQuery> = new LiveCollection(taskCodec, this.#saveMember);
  readonly graphs: MapCollection<TaskGraph, GraphQuery> = new LiveCollection(graphCodec, this.#saveMember);
}
