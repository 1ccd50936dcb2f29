import type { RunOptions, Task, TaskExecutor } from "ttasks";
import type { CheckGraph } from "./check-graph.ts";
import type { Report } from "./report.ts";

/** Runs everything; hands over the report as soon as it is there, though a recommendation may still be waited for. */
export async function runChecks(
  { graph, checks, report }: CheckGraph,
  executor: TaskExecutor,
  options: RunOptions,
  onReport: (report: Report) => void,
): Promise<void> {
  const running = graph.run(executor, options);
  await Promise.race([running, endOf(report, executor)]);
  // A run that was broken off starts no finally task, but its report is wanted all the same.
  if (report.isPending) await executor.execute(report, { upstream: checks.map(({ task }) => task) });
  const output = report.result?.output;
  if (output !== undefined) onReport(output);
  await running;
  if (output === undefined) throw graph.errors.get(report.id) ?? new Error("The report is missing");
}

async function endOf(task: Task, { events }: TaskExecutor): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = events.subscribe(({ taskId }) => {
      if (taskId !== task.id || !task.isTerminal) return;
      stop();
      resolve();
    });
  });
}
