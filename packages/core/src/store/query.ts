import { checkOptions, checkString, expected } from "../internal/check-option.ts";
import { TRANSITIONS, type TaskStatus } from "../task/task-status.ts";
import type { GraphQuery, TaskQuery } from "./store.ts";
import type { Filter } from "./store-driver.ts";

/** What a query for tasks asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function taskFilter(query: TaskQuery = {}): Filter {
  checkOptions("a task query", query, ["status", "type", "limit"]);
  if (query.type !== undefined) checkString("type", query.type);
  return { status: statuses(query.status), type: query.type, limit: checkedLimit(query.limit) };
}

/** What a query for graphs asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function graphFilter(query: GraphQuery = {}): Filter {
  checkOptions("a graph query", query, ["limit"]);
  return { limit: checkedLimit(query.limit) };
}

function statuses(status: TaskQuery["status"]): readonly string[] | undefined {
  if (status === undefined) return undefined;
  const list: readonly TaskStatus[] = Array.isArray(status) ? status : [status as TaskStatus];
  for (const one of list) {
    if (!Object.hasOwn(TRANSITIONS, one))
      throw expected("status", `one of ${Object.keys(TRANSITIONS).join(", ")}, or several`, one);
  }
  return list;
}

function checkedLimit(limit: unknown): number | undefined {
  if (limit === undefined || (Number.isSafeInteger(limit) && (limit as number) >= 0))
    return limit as number | undefined;
  throw expected("limit", "a whole number from 0", limit);
}
