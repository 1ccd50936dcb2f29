import { GraphError } from "../errors/graph-errors.ts";
import { keyOf } from "../task/stored-object.ts";
import { taskInternals, type Task } from "../task/task.ts";
import type { RerunOptions } from "./graph-options.ts";
import type { Outcomes } from "./outcomes.ts";
import { MAX_NAMED, type ResetTasks } from "./run.ts";

/**
 * Makes the tasks that are asked for pending again, if they have ended; all of them or, by throwing, none.
 *
 * @throws {GraphError} `task_running` when one of them is running
 */
export function resetTasks(outcomes: Outcomes, { from, downstream }: RerunOptions): ResetTasks {
  const { tasks } = outcomes.topology;
  const first = from && outcomes.topology.placeOf(keyOf(from));
  const chosen = new Set<number>();
  tasks.forEach((task, place) => {
    if (from ? place === first : task.isFailed || task.isCancelled) chosen.add(place);
  });
  if (downstream === true) addDownstream(outcomes, chosen);
  const ended = Array.from(chosen, (place) => tasks[place] as Task).filter((task) => !task.isPending);
  // One that was moved by hand has ended, but its handler may go on.
  const running = ended.find((task) => task.isRunning || taskInternals.runOf(task));
  if (running)
    throw new GraphError(
      "task_running",
      `Task "${running.title}" (${running.id}) is running: wait until it has ended, or cancel it`,
    );
  for (const task of ended) taskInternals.reset(task);
  return { count: ended.length, taskIds: ended.slice(0, MAX_NAMED).map(({ id }) => id) };
}

/** The set grows while it is walked over. */
function addDownstream(outcomes: Outcomes, chosen: Set<number>): void {
  const { isFinally } = outcomes.topology;
  if (Array.from(chosen).some((place) => !isFinally[place]))
    isFinally.forEach((isOne, place) => {
      if (isOne) chosen.add(place);
    });
  for (const place of chosen) for (const dependent of outcomes.dependentsOf(place)) chosen.add(dependent);
}
