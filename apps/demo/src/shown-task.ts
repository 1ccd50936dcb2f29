import type { Task } from "ttasks";
import type { CheckGraph } from "./check-graph.ts";

/** A task as the progress of a run shows it. */
export interface ShownTask {
  readonly task: Task;
  readonly name: string;
  /** What it does, as a user would type or say it. */
  readonly action: string;
  /** What it waits for. */
  readonly after: readonly string[];
  /** Whether a run is fine without it. */
  readonly isOptional: boolean;
}

/** The tasks of a run that a user sees, in their order. */
export function shownTasks({ checks, recommend }: Pick<CheckGraph, "checks" | "recommend">): readonly ShownTask[] {
  const shown = checks.map(({ task, script, command, after }): ShownTask => {
    return { task, name: script, action: command, after, isOptional: false };
  });
  if (!recommend) return shown;
  const asked = { name: "recommend", action: "asks GitHub Copilot", after: ["the checks"], isOptional: true };
  return [...shown, { task: recommend, ...asked }];
}
