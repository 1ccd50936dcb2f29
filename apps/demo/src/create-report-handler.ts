import type { Handler, Task } from "ttasks";
import type { CheckGraph, CheckTask } from "./check-graph.ts";
import { lastLines } from "./last-lines.ts";
import { checkStatus, type CheckOutcome, type CheckStatus } from "./report.ts";

/** The handler of the report task: reads what came of the tasks before it, all of which it has as its upstream. */
export function createReportHandler({ graph, checks }: Pick<CheckGraph, "graph" | "checks">): Handler<"report"> {
  return ({ upstream }) => {
    const statuses = new Map(checks.map(({ script, task }) => [script, checkStatus(graph, task)]));
    return {
      ok: graph.ok,
      durationMs: spanMs([...upstream.values()]),
      checks: checks.map((check) => outcome(check, statuses)),
    };
  };
}

function outcome(check: CheckTask, statuses: ReadonlyMap<string, CheckStatus>): CheckOutcome {
  const { script, command, task } = check;
  const status = statuses.get(script)!;
  return {
    script,
    command,
    status,
    durationMs: task.result?.durationMs,
    exitCode: task.result?.exitCode,
    reason: reasonOf(check, status, statuses),
    lastLines: status === "failed" ? lastLines(task.result?.output ?? "") : undefined,
  };
}

function reasonOf(
  check: CheckTask,
  status: CheckStatus,
  statuses: ReadonlyMap<string, CheckStatus>,
): string | undefined {
  if (status === "failed") return failureOf(check.task);
  if (status === "pending") return "the run ended before it could start";
  if (status !== "blocked") return undefined;
  const missing = check.after.filter((script) => statuses.get(script) !== "done");
  // Those that are blocked themselves say no more than those that failed.
  const causes = missing.filter((script) => statuses.get(script) !== "blocked");
  return `needs ${(causes.length > 0 ? causes : missing).join(", ")}`;
}

function failureOf({ result, error }: Task): string | undefined {
  if (result?.signal !== undefined) return `ended by ${result.signal}`;
  return result?.exitCode === undefined ? error : `exit code ${result.exitCode}`;
}

function spanMs(tasks: readonly Task[]): number {
  const results = tasks.flatMap(({ result }) => result ?? []);
  if (results.length === 0) return 0;
  const start = Math.min(...results.map(({ startedAt }) => startedAt.getTime()));
  return Math.max(...results.map(({ finishedAt }) => finishedAt.getTime())) - start;
}
