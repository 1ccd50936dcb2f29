import { checkDate, checkOptions } from "../internal/check-option.ts";
import { checkTerminal, TERMINAL_STATUSES, type TerminalStatus } from "../task/task-status.ts";
import type { PruneOptions } from "./store.ts";

/** What was stored of a graph when it was looked at. */
export interface GraphMembers {
  readonly id: string;
  readonly tasks: readonly string[];
}

/** What is to be removed, by id. */
export interface PrunePlan {
  readonly graphs: readonly string[];
  readonly tasks: readonly string[];
}

/**
 * The states of the tasks that may be removed.
 *
 * @throws {TypeError} when an option is unknown or not as expected
 */
export function prunableStatuses(options: PruneOptions): readonly TerminalStatus[] {
  checkOptions("prune", options, {
    olderThan: checkDate,
    status: (name, value) => [value].flat().map((one) => checkTerminal(name, one)),
  });
  checkDate("olderThan", options.olderThan);
  const { status = TERMINAL_STATUSES } = options;
  return typeof status === "string" ? [status] : status;
}

/** A graph goes if all of its tasks may go; a task that belongs to one that stays, stays. */
export function planPrune(oldTasks: readonly string[], graphs: readonly GraphMembers[]): PrunePlan {
  const old = new Set(oldTasks);
  const isOld = ({ tasks }: GraphMembers): boolean => tasks.length > 0 && tasks.every((id) => old.has(id));
  const kept = new Set(graphs.filter((graph) => !isOld(graph)).flatMap(({ tasks }) => tasks));
  return {
    graphs: graphs.filter(isOld).map(({ id }) => id),
    tasks: oldTasks.filter((id) => !kept.has(id)),
  };
}
