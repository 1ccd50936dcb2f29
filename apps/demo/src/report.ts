import type { Task, TaskGraph, TaskStatus } from "ttasks";

declare module "ttasks" {
  interface TaskTypes {
    /** Says how the checks of a repository went. */
    report: { payload: { readonly repository: string }; output: Report };
  }
}

/** Where a check stands: as its task does, or waiting for ever because one before it did not succeed. */
export type CheckStatus = TaskStatus | "blocked";

/** How a check ended. */
export interface CheckOutcome {
  readonly script: string;
  readonly command: string;
  readonly status: CheckStatus;
  readonly durationMs?: number | undefined;
  readonly exitCode?: number | undefined;
  /** Why it did not succeed, in a few words. */
  readonly reason?: string | undefined;
  /** The end of what it printed, if it failed. */
  readonly lastLines?: readonly string[] | undefined;
}

/** What the report task puts into the ledger. */
export interface Report {
  readonly ok: boolean;
  /** From the start of the first check to the end of the last one. */
  readonly durationMs: number;
  readonly checks: readonly CheckOutcome[];
}

/** Where the task of a check stands in its graph. */
export function checkStatus(graph: TaskGraph, task: Task): CheckStatus {
  return graph.blocked.includes(task) ? "blocked" : task.status;
}
