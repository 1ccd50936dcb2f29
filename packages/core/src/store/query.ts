import { checkCount, checkDate, checkOptions, checkString, oneOf, type Checks } from "../internal/check-option.ts";
import { checkRunStatus } from "../graph/run.ts";
import { checkStatus } from "../task/task-status.ts";
import type { GraphQuery, Page, RunQuery, TaskQuery } from "./store.ts";
import type { Filter } from "./store-driver.ts";

// Made at each call: bundlers leave functions out, but not what constants are made of.
const page = (): Checks<Page> => ({
  order: oneOf(["asc", "desc"]),
  offset: checkCount,
  limit: checkCount,
});

/**
 * What a query for tasks asks of the documents, but for the tasks of a graph, which are to be looked up. A query for something that does
 * not exist throws a `TypeError`.
 */
export function taskFilter(query: TaskQuery = {}): Filter {
  checkOptions("a task query", query, {
    status: (name, value) => [value].flat().map((one) => checkStatus(name, one)),
    type: checkString,
    text: checkString,
    createdAfter: checkDate,
    createdBefore: checkDate,
    graph: checkString,
    ...page(),
  });
  const { status, type, text, order, offset, limit } = query;
  return {
    status: typeof status === "string" ? [status] : status,
    type,
    text,
    createdAfter: query.createdAfter?.getTime(),
    createdBefore: query.createdBefore?.getTime(),
    order,
    offset,
    limit,
  };
}

/** What a query for graphs asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function graphFilter(query: GraphQuery = {}): Filter {
  checkOptions("a graph query", query, { text: checkString, ...page() });
  const { text, order, offset, limit } = query;
  return { text, order, offset, limit };
}

/** What a query for runs asks of the documents; a query for something that does not exist throws a `TypeError`. */
export function runFilter(query: RunQuery = {}): Filter {
  checkOptions("a run query", query, {
    graph: checkString,
    status: (name, value) => [value].flat().map((one) => checkRunStatus(name, one)),
    ...page(),
  });
  const { graph, status, order, offset, limit } = query;
  return { type: graph, status: typeof status === "string" ? [status] : status, order, offset, limit };
}
