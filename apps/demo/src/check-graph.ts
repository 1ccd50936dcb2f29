import { Task, TaskGraph } from "ttasks";
import type { PackageManager } from "./detect-package-manager.ts";
import type { Check } from "./plan-checks.ts";
import type { Repository } from "./read-repository.ts";
import { recommendTask } from "./recommend-task.ts";

/** A check, and the task that runs it. */
export interface CheckTask extends Check {
  /** What a user would type. */
  readonly command: string;
  readonly task: Task<"bash">;
}

/** The checks of one run. */
export interface CheckGraph {
  readonly graph: TaskGraph;
  readonly checks: readonly CheckTask[];
  /** The finally task that sums up the others. */
  readonly report: Task<"report">;
  /** The finally task that asks a language model what to do next; `undefined` where the user does not want it. */
  readonly recommend: Task<"prompt"> | undefined;
}

/** Makes a graph of the checks, with the report and, if it is wanted, a recommendation as its finally tasks. */
export function checkGraph(
  repository: Repository,
  manager: PackageManager,
  plan: readonly Check[],
  { ai }: { readonly ai: boolean },
): CheckGraph {
  const graph = new TaskGraph({ title: `Preflight of ${repository.name}` });
  const checks = plan.map((check) => checkTask(check, manager, repository.path));
  const tasks = new Map(checks.map(({ script, task }) => [script, task]));
  for (const { task, after } of checks) graph.add(task, { after: after.flatMap((script) => tasks.get(script) ?? []) });

  const report = new Task({ type: "report", payload: { repository: repository.path }, title: "Report" });
  graph.add(report, { after: tasks.values(), finally: true, required: false });

  // Beside the report, which waits for no model; added later, so that the report goes first where one task runs at a time.
  const recommend = ai ? recommendTask(repository) : undefined;
  if (recommend) graph.add(recommend, { after: tasks.values(), finally: true, required: false });
  return { graph, checks, report, recommend };
}

function checkTask(check: Check, manager: PackageManager, cwd: string): CheckTask {
  const command = `${manager} run ${quoted(check.script)}`;
  // One stream, so that the last lines are those that came last, whichever stream they were written to.
  const task = Task.bash(`${command} 2>&1`, { title: check.script, metadata: { shell: { cwd } } });
  return { ...check, command, task };
}

function quoted(script: string): string {
  return /^[\w:.@/][\w:.@/-]*$/.test(script) ? script : `'${script.replaceAll("'", "'\\''")}'`;
}
