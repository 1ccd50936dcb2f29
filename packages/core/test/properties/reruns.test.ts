import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Clock,
  DocumentStore,
  InMemoryStore,
  Task,
  TaskExecutor,
  TaskGraph,
  type EdgeCondition,
} from "@ttasks/core";
import { MapDriver } from "@ttasks/testkit";
import { RerunModel, type Selection, type StubbornTask } from "./rerun-model.ts";

const RUNS = 1_000;

/** No delay takes time: what is timed here are retries, which follow at once. */
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(callback) {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
  defer: (callback) => void setImmediate(callback),
};
const MAX_TASKS = 30;

interface RerunCase {
  readonly tasks: readonly StubbornTask[];
  readonly selections: readonly Selection[];
  readonly concurrency: number;
  readonly pool: number;
  readonly reads: "live" | "snapshots";
}

const condition = fc.constantFrom<EdgeCondition>("success", "success", "success", "failure", "done");
const rawTask = fc.record({
  after: fc.array(fc.tuple(fc.nat({ max: MAX_TASKS }), condition), { maxLength: 3 }),
  finally: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  required: fc.integer({ min: 0, max: 4 }).map((number) => number > 0),
  failures: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 9),
  attempts: fc.integer({ min: 1, max: 3 }),
});
const rawSelection = fc.record({
  from: fc.option(fc.nat({ max: MAX_TASKS }), { nil: undefined, freq: 1 }),
  downstream: fc.boolean(),
});
const rerunCase: fc.Arbitrary<RerunCase> = fc
  .record({
    raw: fc.array(rawTask, { minLength: 1, maxLength: MAX_TASKS, size: "max" }),
    rawSelections: fc.array(rawSelection, { minLength: 1, maxLength: 4 }),
    concurrency: fc.integer({ min: 1, max: 8 }),
    pool: fc.integer({ min: 1, max: 3 }),
    reads: fc.constantFrom("live" as const, "snapshots" as const),
  })
  .map(({ raw, rawSelections, ...rest }) => {
    const tasks: StubbornTask[] = [];
    for (const [index, task] of raw.entries()) {
      const after = new Map<number, EdgeCondition>();
      for (const [number, on] of index === 0 ? [] : task.after) {
        const dependency = number % index;
        if (task.finally || !tasks[dependency]!.finally) after.set(dependency, task.finally ? "done" : on);
      }
      tasks.push({ ...task, after: [...after] });
    }
    const selections = rawSelections.map(({ from, downstream }): Selection =>
      from === undefined ? { failed: true, downstream } : { from: from % tasks.length, downstream },
    );
    return { tasks, selections, ...rest };
  });

it("graphs with retries, conditions and pools run, and run again, as their model does; what is not reset is kept", async () => {
  const counts = { blocked: 0, skipped: 0, retried: 0, "reset a task that was done": 0, "ok after a rerun": 0 };
  await fc.assert(
    fc.asyncProperty(rerunCase, async ({ tasks: specs, selections, concurrency, pool, reads }) => {
      const store = reads === "live" ? new InMemoryStore() : new DocumentStore(new MapDriver());
      const model = new RerunModel(specs);
      const calls = specs.map(() => 0);
      let inPool = 0;
      const executor = new TaskExecutor({ store, clock }).register("stubborn", async ({ task }) => {
        const index = task.payload as number;
        expect((inPool += index % 2)).toBeLessThanOrEqual(pool);
        await Promise.resolve();
        inPool -= index % 2;
        if (++calls[index]! <= specs[index]!.failures) throw new Error(`call ${calls[index]}`);
        return `call ${calls[index]}`;
      });
      const graph = new TaskGraph({ title: "stubborn" });
      const tasks = specs.map(
        ({ attempts }, index) =>
          new Task({ type: "stubborn", payload: index, title: `${index}`, retry: { attempts, backoffMs: 0 } }),
      );
      specs.forEach(({ after, finally: isFinally, required }, index) =>
        graph.add(tasks[index]!, {
          after: after.map(([dependency, on]) => ({ task: tasks[dependency]!, on })),
          finally: isFinally,
          required,
          pool: index % 2 === 1 ? "odd" : undefined,
        }),
      );
      const options = { concurrency, pools: { odd: pool } };
      const check = (): void => {
        model.run();
        expect(calls).toEqual(model.calls);
        expect(tasks.map(({ status }) => status)).toEqual(model.states);
        const named = (verdict: string): readonly Task[] =>
          tasks.filter((_, index) => model.verdicts[index] === verdict);
        expect(graph.blocked).toEqual(named("blocked"));
        expect(graph.skipped).toEqual(named("skipped"));
        expect(graph.ok).toBe(model.isOk);
        expect(tasks.map((task) => graph.explain(task).kind)).toEqual(model.verdicts);
        expect(graph.runs.at(-1)?.status).toBe(model.isOk ? "done" : "failed");
        // The ledger says the same.
        for (const task of tasks) expect(store.tasks.get(task.id)?.toJSON()).toEqual(task.toJSON());
        expect(store.runs.find({ graph: graph.id }).map(({ id }) => id)).toEqual(graph.runs.map(({ id }) => id));
      };
      await graph.run(executor, options);
      check();
      for (const selection of selections) {
        const before = tasks.map(({ result, attempts }) => ({ result, attempts }));
        const wasDone = tasks.map(({ isDone }) => isDone);
        const previous = graph.runs.at(-1)?.id;
        await graph.rerun(executor, {
          ...options,
          ...("from" in selection ? { from: tasks[selection.from] } : { failed: true }),
          downstream: selection.downstream,
        });
        const reset = model.reset(selection);
        check();
        expect(graph.runs.at(-1)).toMatchObject({ trigger: "rerun", rerunOf: previous });
        expect(graph.runs.at(-1)?.reset?.count).toBe(reset.length);
        tasks.forEach(({ result, attempts }, index) => {
          const { result: kept, attempts: history } = before[index]!;
          expect(attempts.slice(0, history.length)).toEqual(history);
          if (kept && !reset.includes(index)) expect(result).toBe(kept);
        });
        if (reset.some((index) => wasDone[index])) counts["reset a task that was done"]++;
        if (reset.length > 0 && model.isOk) counts["ok after a rerun"]++;
      }
      if (model.verdicts.includes("blocked")) counts.blocked++;
      if (model.verdicts.includes("skipped")) counts.skipped++;
      if (tasks.some(({ attempts }) => attempts.length > selections.length + 1)) counts.retried++;
    }),
    { numRuns: RUNS },
  );
  console.log(
    `of ${RUNS} graphs: ${Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ")}`,
  );
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(RUNS / 10);
}, 120_000);
