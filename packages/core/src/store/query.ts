import { checkCount, checkOptions, checkString, optional } from "../internal/check-option.ts";
import { checkStatus } from "../task/task-status.ts";
import type { GraphQuery, TaskQuery } from "./store.ts";
import type { Filter } from "./store-driver.ts";

/** What a query for tasks asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function taskFilter(query: TaskQuery = {}): Filter {
  checkOptions("a task query", query, ["status", "type", "limit"]);

  return {
    status: statuses(query.status),
    type: optional(checkString)("type", query.type),
    limit: optional(checkCount)("limit", query.limit),
  };
}

/** What a query for graphs asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function graphFilter(query: GraphQuery = {}): Filter {
  checkOptions("a graph query", query, ["limit"]);
  return { limit: optional(checkCount)("limit", query.limit) };
}

function statuses(status: TaskQuery["status"]): readonly string[] | undefined {
  return status === undefined ? undefined : [status].flat().map((one) => checkStatus("status", one));
}
