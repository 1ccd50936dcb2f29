import { TtasksError, type ErrorCode } from "./ttasks-error.ts";

/** Which rule of a graph was broken. */
export type GraphErrorCode = Extract<
  ErrorCode,
  | "unknown_dependency"
  | "duplicate_task"
  | "cycle"
  | "finally_order"
  | "graph_running"
  | "edge_condition"
  | "unknown_pool"
  | "unknown_task"
  | "task_running"
>;

/** A graph that cannot run, or that cannot take a task; `code` says which rule was broken, the message where. */
export class GraphError extends TtasksError<GraphErrorCode> {
  static {
    this.prototype.name = "GraphError";
  }
}
