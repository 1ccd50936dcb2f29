import type { Task } from "../task/task.ts";

/** A task's place in a graph. */
export interface GraphEntry {
  /** How many tasks were added before. */
  readonly index: number;
  readonly task: Task;
  /** The dependencies, each once. They may be missing in the graph until it runs. */
  readonly after: readonly Dependency[];
  readonly finally: boolean;
  readonly required: boolean;
}

/** What a graph keeps of a dependency: enough to find the task, and to name it when it is missing. */
export interface Dependency {
  readonly id: string;
  readonly title: string;
}
