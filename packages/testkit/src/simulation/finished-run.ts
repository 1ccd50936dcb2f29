import type { ExplanationKind, Task, TaskGraph } from "@ttasks/core";

/** What a task may be when a run has returned. */
const AFTER_A_RUN: readonly ExplanationKind[] = [
  ...(["done", "failed", "cancelled", "blocked", "skipped", "aborted", "failed_fast", "refused", "held"] as const),
];

/** What another executor does with a task. */
const ELSEWHERE: readonly ExplanationKind[] = ["running", "retrying"];

/** What the chain of causes may end with. */
const ROOTS: { readonly [K in ExplanationKind]?: readonly ExplanationKind[] } = {
  blocked: ["failed", "cancelled", "refused", "held", ...ELSEWHERE],
  failed_fast: ["failed", "refused", "held", ...ELSEWHERE],
  skipped: ["done", "failed", "cancelled", "refused", "held", ...ELSEWHERE],
};

/**
 * Every task of a run that has ended has ended, or it is told why not. Gives what is wrong.
 *
 * @param isMixed - tasks of the graph were executed by themselves while it ran
 */
export function checkFinishedRun(graph: TaskGraph, isMixed: boolean): string | undefined {
  for (const task of graph.tasks) {
    const problem = checkTask(graph, task, isMixed);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkTask(graph: TaskGraph, task: Task, isMixed: boolean): string | undefined {
  const { kind, causes, sentence } = graph.explain(task);
  const told = `task ${task.id} is ${task.status} and explained as ${kind} (${sentence})`;
  // Another executor runs it.
  if (task.isRunning) return ELSEWHERE.includes(kind) ? undefined : told;
  // What it comes after was executed by itself, and has ended since: nothing keeps it from starting now.
  if (isMixed && kind === "not_started") return undefined;
  if (!AFTER_A_RUN.includes(kind)) return told;
  const root = causes.at(-1)!.kind;
  return (ROOTS[kind] ?? [kind]).includes(root) ? undefined : `${told}, which begins with ${root}`;
}
