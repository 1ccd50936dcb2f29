import type { Task } from "ttasks";
import type { SqliteStore } from "@ttasks/store-sqlite";
import type { Report } from "./report.ts";

/** A run that the ledger remembers. */
export interface PastRun {
  readonly startedAt: Date;
  /** What its report says; `undefined` for a run that was killed before it came to that. */
  readonly report: Report | undefined;
}

/** The latest runs of a repository, newest first: each left a report task in the ledger. */
export function pastRuns(store: SqliteStore, repository: string, limit = 5): readonly PastRun[] {
  const reports = store.tasks.find({ type: "report" }).filter((task) => isReportOf(task, repository));
  return reports
    .slice(-limit)
    .reverse()
    .map(({ createdAt, result }) => ({ startedAt: createdAt, report: result?.output }));
}

/** The ledger may be one that holds other work as well, with reports of another kind. */
function isReportOf(task: Task, repository: string): task is Task<"report"> {
  if (!task.isType("report")) return false;
  const { payload, result } = task as {
    readonly payload: Partial<typeof task.payload> | null;
    readonly result: typeof task.result;
  };
  return payload?.repository === repository && (result?.output === undefined || Array.isArray(result.output.checks));
}
