import { checkCount, checkOptions, checkString, optional } from "../internal/check-option.ts";
import { checkStatus } from "../task/task-status.ts";
import type { GraphQuery, TaskQuery } from "./store.ts";
import type { Filter } from "./store-driver.ts";

/** What a query for tasks asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function taskFilter(query: TaskQuery = {}): Filter {
  checkOptions("a task query", query, {
    status: optional((name, value) => [value].flat().map((one) => checkStatus(name, one))),
    type: optional(checkString),
    limit: optional(checkCount),
  });
  const { status, type, limit } = query;
  return { status: typeof status === "string" ? [status] : status, type, limit };
}

/** What a query for graphs asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function graphFilter(query: GraphQuery = {}): Filter {
  checkOptions("a graph query", query, { limit: optional(checkCount) });
  return { limit: query.limit };
}
