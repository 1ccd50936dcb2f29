import fc from "fast-check";
import { expect, it } from "vitest";
import { DocumentStore, Task, TaskExecutor, TaskGraph, type ExplanationKind } from "@ttasks/core";
import { MapDriver, settle } from "@ttasks/testkit";

const edge = fc.record({ to: fc.nat(), on: fc.constantFrom("success", "success", "failure", "done") });
const task = fc.record({
  title: fc.constantFrom("ok", "ok", "ok", "fail", "cancel"),
  type: fc.constantFrom("any", "any", "any", "any", "unknown"),
  after: fc.array(edge, { maxLength: 3 }),
  finally: fc.constantFrom(false, false, false, true),
  required: fc.constantFrom(true, true, false),
  pool: fc.constantFrom(undefined, undefined, "db"),
  isLong: fc.boolean(),
});
const plan = fc.record({
  tasks: fc.array(task, { minLength: 1, maxLength: 15 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  failFast: fc.boolean(),
  abortAfter: fc.option(fc.nat(10)),
});
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

function graphOf(specs: Plan["tasks"]): TaskGraph {
  const graph = new TaskGraph({ title: "random" });
  specs.forEach(({ title, type, after, finally: isFinally, required, pool }, index) => {
    const before = graph.tasks.filter((_, at) => isFinally || specs[at]?.finally === false);
    const chosen = new Map(after.slice(0, before.length).map(({ to, on }) => [before[to % before.length]!, on]));
    graph.add(new Task({ type, payload: index, title: `${title} ${index}` }), {
      after: Array.from(chosen, ([dependency, on]) =>
        isFinally ? dependency : { task: dependency, on: on as "done" },
      ),
      finally: isFinally,
      required,
      pool,
    });
  });
  return graph;
}

const ENDED: readonly ExplanationKind[] = ["done", "failed", "cancelled"];
const AFTER_A_RUN: readonly ExplanationKind[] = [...ENDED, "blocked", "skipped", "aborted", "failed_fast", "refused"];
/** What the chain may end with. */
const ROOTS: Partial<Record<ExplanationKind, readonly ExplanationKind[]>> = {
  blocked: ["failed", "cancelled", "refused"],
  failed_fast: ["failed", "refused"],
  waiting: ["running", "queued"],
  skipped: ["done", "failed", "cancelled", "refused"],
};

function check(graph: TaskGraph, each: Task, kinds: readonly ExplanationKind[]): ExplanationKind {
  const { kind, causes, sentence } = graph.explain(each);
  const root = causes.at(-1)!.kind;
  const told = `${each.title}: ${sentence}`;
  expect(kinds, told).toContain(kind);
  expect(ROOTS[kind] ?? [kind], told).toContain(root);
  expect(sentence).toMatch(/^"[^\n]*"[^\n]*\.$/);
  for (const cause of causes) expect(cause.status).toBe(graph.tasks.find(({ id }) => id === cause.taskId)?.status);
  return kind;
}

it("when a run has returned every task is terminal or explained, and while it goes on every one is explained", async () => {
  const seen = new Map<ExplanationKind, number>();
  await fc.assert(
    fc.asyncProperty(plan, async ({ tasks, concurrency, failFast, abortAfter }) => {
      const store = new DocumentStore(new MapDriver());
      const graph = graphOf(tasks);
      const controller = new AbortController();
      let calls = 0;
      const executor = TaskExecutor.empty({ store }).register("any", async (context) => {
        if (calls++ === abortAfter) controller.abort();
        if (tasks[context.task.payload as number]?.isLong === true) await settle();
        const during: readonly ExplanationKind[] = [...AFTER_A_RUN, "running", "waiting", "queued"];
        for (const each of graph.tasks) check(graph, each, during);
        if (context.task.title.startsWith("fail")) throw new Error("it broke");
        if (context.task.title.startsWith("cancel")) context.task.cancel();
      });
      await graph.run(executor, { concurrency, failFast, signal: controller.signal, pools: { db: 1 } });
      for (const each of graph.tasks) {
        const kind = check(graph, each, AFTER_A_RUN);
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        expect(each.isTerminal).toBe(ENDED.includes(kind));
        expect(graph.blocked.includes(each)).toBe(kind === "blocked");
        expect(graph.skipped.includes(each)).toBe(kind === "skipped");
        expect(store.explain(each.id)).toEqual(graph.explain(each));
      }
    }),
    { numRuns: 300 },
  );
  console.log(`explained: ${Array.from(seen, ([kind, count]) => `${kind} ${count}`).join(", ")}`);
  expect([...seen.keys()].sort()).toEqual([...AFTER_A_RUN].sort());
}, 60_000);
