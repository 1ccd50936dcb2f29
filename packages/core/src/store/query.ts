import { checkCount, checkOptions, checkString, optional, type Checks } from "../internal/check-option.ts";
import { checkStatus } from "../task/task-status.ts";
import type { GraphQuery, TaskQuery } from "./store.ts";
import type { Filter } from "./store-driver.ts";

const GRAPH_QUERY: Checks<GraphQuery> = { limit: optional(checkCount) };
const TASK_QUERY: Checks<TaskQuery> = {
  status: optional((name, value) => [value].flat().map((one) => checkStatus(name, one))),
  type: optional(checkString),
  ...GRAPH_QUERY,
};

/** What a query for tasks asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function taskFilter(query: TaskQuery = {}): Filter {
  checkOptions("a task query", query, TASK_QUERY);
  const { status, type, limit } = query;
  return { status: typeof status === "string" ? [status] : status, type, limit };
}

/** What a query for graphs asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function graphFilter(query: GraphQuery = {}): Filter {
  checkOptions("a graph query", query, GRAPH_QUERY);
  return { limit: query.limit };
}
