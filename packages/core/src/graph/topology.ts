import { keyOf, type Key } from "../task/stored-object.ts";
import type { Task } from "../task/task.ts";
import type { EdgeCondition } from "./edge-condition.ts";
import { PlaceIndex } from "./place-index.ts";

/** What a graph keeps of a dependency that is not in it: enough to name it. */
export interface Dependency {
  readonly id: string;
  readonly title: string;
}

/** What a task asks for beside its turn. */
export interface Scheduling {
  readonly pool?: string | undefined;
  readonly priority?: number | undefined;
}

interface Missing extends Dependency {
  readonly key: Key;
}

/** So many tasks are looked at between two chances to yield to the event loop. */
export const TASKS_PER_STEP = 1_000;

/** So many dependencies of a task are compared with each other: to make a set of a few costs more. */
const FEW = 8;

/**
 * Which task comes after which. Tasks are known by their places, from 0 in the order in which they were added, and what is known of
 * them stands in columns: an object for each task and each list would cost more than to run it.
 */
export class Topology {
  readonly tasks: Task[] = [];
  /** The place of each task; for one that was named but not added, -1 and less: its place among the missing ones. */
  readonly #places = new PlaceIndex();
  readonly #missing: Missing[] = [];
  readonly isFinally: boolean[] = [];
  readonly isRequired: boolean[] = [];
  /** The conditions of the dependencies that have one other than the usual, by the indexes of the dependencies. */
  readonly conditions = new Map<number, EdgeCondition>();
  /** By the places of the tasks that ask for something. */
  readonly scheduling = new Map<number, Scheduling>();
  /** What all tasks come after, task by task, and where that of each task starts, and that of the last one ends. */
  readonly #dependencies: number[] = [];
  readonly #starts = [0];
  /** The dependencies of the last task, where there are more than a few. */
  #last: Set<number> | undefined;

  /** Adds a task, unless its id is taken: then it gives the task that has it. */
  add(task: Task, isFinally: boolean, isRequired: boolean): Task | undefined {
    const key = keyOf(task);
    const known = this.placeOf(key);
    if (known >= 0) return this.tasks[known];
    this.#places.set(key, this.tasks.push(task) - 1);
    this.isFinally.push(isFinally);
    this.isRequired.push(isRequired);
    this.#starts.push(this.#dependencies.length);
    this.#last = undefined;
    return undefined;
  }

  /** The task that was added last comes after this one; naming one twice counts once. */
  addDependency(key: Key, dependency: Dependency, on?: EdgeCondition): void {
    const place = this.#places.get(key) ?? this.#miss(key, dependency);
    if (this.#isNamed(place)) return;
    const index = this.#dependencies.push(place) - 1;
    if (on !== undefined && on !== this.#usual(this.tasks.length - 1)) this.conditions.set(index, on);
    this.#last?.add(place);
    this.#starts[this.tasks.length] = index + 1;
  }

  /** The place of a task; below 0 where it was not added. */
  placeOf(key: Key): number {
    return this.#places.get(key) ?? -1;
  }

  /** How many dependencies there are in all. */
  get dependencyCount(): number {
    return this.#dependencies.length;
  }

  /** The dependencies of a task are those from its start to its end. */
  startOf(place: number): number {
    return this.#starts[place] as number;
  }

  endOf(place: number): number {
    return this.#starts[place + 1] as number;
  }

  /** The place of the task that a dependency leads to; below 0 where it is missing. */
  dependencyAt(index: number): number {
    const place = this.#dependencies[index] as number;
    // It may have been added later.
    return place < 0 ? this.placeOf(this.#missingAt(place).key) : place;
  }

  /** The condition of a dependency of a task. */
  conditionOf(place: number, index: number): EdgeCondition {
    return this.conditions.get(index) ?? this.#usual(place);
  }

  /** What a dependency leads to, as far as it is known. */
  dependency(index: number): Task | Dependency {
    return this.tasks[this.dependencyAt(index)] ?? this.#missingAt(this.#dependencies[index] as number);
  }

  /** What `tell` tells of each dependency of a task, by its index. */
  dependenciesOf<T>(place: number, tell: (index: number) => T): T[] {
    const told: T[] = [];
    for (let index = this.startOf(place); index < this.endOf(place); index++) told.push(tell(index));
    return told;
  }

  #usual(place: number): EdgeCondition {
    return this.isFinally[place] ? "done" : "success";
  }

  #isNamed(place: number): boolean {
    const start = this.startOf(this.tasks.length - 1);
    if (this.#dependencies.length - start > FEW)
      return (this.#last ??= new Set(this.#dependencies.slice(start))).has(place);
    for (let index = start; index < this.#dependencies.length; index++)
      if (this.#dependencies[index] === place) return true;
    return false;
  }

  #miss(key: Key, { id, title }: Dependency): number {
    const place = -this.#missing.push({ key, id, title });
    this.#places.set(key, place);
    return place;
  }

  #missingAt(place: number): Missing {
    return this.#missing[-1 - place] as Missing;
  }
}
