import { GraphError } from "../errors/graph-errors.ts";
import { isObject } from "../internal/check-option.ts";
import { keyOfId } from "../internal/identity.ts";
import { keyOf, type Key } from "../task/stored-object.ts";
import { checkTask, isTask, type Task } from "../task/task.ts";
import { checkCondition, type EdgeCondition, type GraphDependency } from "./edge-condition.ts";
import type { Dependency } from "./topology.ts";

/** A dependency as it was named: alone, or with its condition. One that was loaded may be known by its id only. */
export type NamedDependency = Dependency | { readonly task: Dependency; readonly on: EdgeCondition };

/** What `after` names; throws a `TypeError` for anything else in it. */
export function checkAfter(after: Iterable<Task | GraphDependency>): readonly NamedDependency[] {
  const named = [...after];
  for (const each of named) {
    if (isTask(each)) continue;
    if (!isObject(each) || !("task" in each)) throw checkTask("after", each);
    checkTask("after.task", each.task);
    checkCondition("after.on", each.on);
  }
  return named;
}

/** The dependency itself. */
export function dependencyOf(named: NamedDependency): Dependency {
  return conditionOf(named) === undefined ? (named as Dependency) : (named as GraphDependency).task;
}

/** The condition, where one was given. */
export function conditionOf(named: NamedDependency): EdgeCondition | undefined {
  return isTask(named) ? undefined : (named as Partial<GraphDependency>).on;
}

/** What a dependency is known by. */
export function keyOfDependency(dependency: Dependency): Key {
  return isTask(dependency) ? keyOf(dependency) : keyOfId(dependency.id);
}

/**
 * Throws a {@link GraphError} where a dependency is named with two conditions, and where a finally task has one: it runs whatever becomes
 * of the others.
 */
export function assertConditions({ title }: Dependency, isFinally: boolean, after: readonly NamedDependency[]): void {
  if (!after.some(conditionOf)) return;
  const usual = isFinally ? "done" : "success";
  const known = new Map<Key, EdgeCondition>();
  for (const named of after) {
    const dependency = dependencyOf(named);
    const on = conditionOf(named) ?? usual;
    const before = known.get(keyOfDependency(dependency)) ?? on;
    const edge = `Task "${title}" comes after "${dependency.title}"`;
    if (isFinally && on !== "done")
      throw new GraphError(
        "edge_condition",
        `${edge} on ${on}, but it is a finally task, which runs whatever becomes of that: leave \`on\` out, or make it an ordinary task`,
      );
    if (before !== on)
      throw new GraphError(
        "edge_condition",
        `${edge} both on ${before} and on ${on}: name it once, with one condition`,
      );
    known.set(keyOfDependency(dependency), on);
  }
}
