import { keyOf, type Key } from "../task/stored-object.ts";
import type { Task } from "../task/task.ts";

/** What a graph keeps of a dependency: enough to find the task, and to name it when it is missing. */
export interface Dependency {
  readonly key: Key;
  readonly id: string;
  readonly title: string;
  /** The task itself, where it is in the graph. */
  readonly task?: Task;
}

/** A dependency of a graph that can run. */
export type FoundDependency = Dependency & { readonly task: Task };

/** A task's place in a graph. */
export class GraphEntry implements Dependency {
  /** How many tasks were added before. */
  readonly index: number;
  readonly task: Task;
  /** The dependencies, each once: the entries of those that are in the graph. Others may be added until it runs. */
  after: readonly Dependency[];
  readonly finally: boolean;
  readonly required: boolean;

  constructor(index: number, task: Task, after: readonly Dependency[], isFinally: boolean, required: boolean) {
    this.index = index;
    this.task = task;
    this.after = after;
    this.finally = isFinally;
    this.required = required;
  }

  get key(): Key {
    return keyOf(this.task);
  }

  get id(): string {
    return this.task.id;
  }

  get title(): string {
    return this.task.title;
  }
}

/** Whether the dependency was in the graph when it was named. */
export function isEntry(dependency: Dependency): dependency is GraphEntry {
  return dependency.task !== undefined;
}

/** Each dependency once; the array itself where none comes twice. */
export function distinct(dependencies: readonly Dependency[]): readonly Dependency[] {
  // A few are compared with each other: to make a set of them would cost more than all else in `add`.
  let isDistinct = dependencies.length <= 8;
  for (let index = 1; isDistinct && index < dependencies.length; index++)
    isDistinct = dependencies.indexOf(dependencies[index] as Dependency) === index;
  return isDistinct ? dependencies : [...new Set(dependencies)];
}
