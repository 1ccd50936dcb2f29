import { GraphError } from "../errors/graph-errors.ts";
import { expected, isObject } from "../internal/check-option.ts";
import { checkTask } from "../task/check-task.ts";
import { isTask, type Task } from "../task/task.ts";
import { checkCondition, type EdgeCondition, type GraphDependency } from "./edge-condition.ts";
import type { Dependency } from "./topology.ts";

/** The condition of each dependency, where it has one; `undefined` where none has. */
export type Conditions = readonly (EdgeCondition | undefined)[] | undefined;

/** Gives the conditions, and leaves the tasks in their places; throws a `TypeError` for anything else. */
export function takeConditions(after: (Task | GraphDependency)[]): Conditions {
  let conditions: (EdgeCondition | undefined)[] | undefined;
  // Not over entries(): this is asked of every edge of every graph.
  for (let index = 0; index < after.length; index++) {
    const each = after[index];
    if (isTask(each)) continue;
    if (!isObject(each) || !("task" in each)) throw expected("after", "a Task", each);
    after[index] = checkTask("after.task", each.task);
    (conditions ??= [])[index] = checkCondition("after.on", each.on);
  }
  return conditions;
}

/** Throws a {@link GraphError} for a dependency with two conditions, and for one of a finally task, which runs whatever becomes of it. */
export function assertConditions(
  { title }: Dependency,
  isFinally: boolean,
  after: readonly Dependency[],
  conditions: Conditions,
): void {
  if (!conditions) return;
  const known = new Map<string, EdgeCondition>();
  for (const [index, dependency] of after.entries()) {
    const on = conditions[index] ?? (isFinally ? "done" : "success");
    const other = isFinally ? "done" : (known.get(dependency.id) ?? on);
    known.set(dependency.id, on);
    if (on === other) continue;
    const advice = isFinally
      ? "a finally task runs whatever the ending, leave `on` out"
      : `and on ${other}: name it once`;
    throw new GraphError("edge_condition", `Task "${title}" comes after "${dependency.title}" on ${on}, ${advice}`);
  }
}
