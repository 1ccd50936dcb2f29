import type { EdgeCondition } from "@ttasks/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { GraphBench, type GraphSpec, type ScriptedSpec } from "./graph-bench.ts";

const RUNS = 1_000;
/** Making a failing graph smaller may take long: what was found by then is told. */
const TIME_LIMIT_MS = 200_000;

interface RawTask extends Omit<ScriptedSpec, "after" | "on"> {
  /** How far back each dependency lies, and its condition. */
  readonly back: readonly (readonly [number, EdgeCondition])[];
}

const oneIn = (count: number): fc.Arbitrary<boolean> =>
  fc.nat({ max: count - 1 }).map((number) => number === count - 1);
const mostly = <T>(weight: number, usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight, arbitrary: fc.constant(usual) },
    ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })),
  );

const rawTask: fc.Arbitrary<RawTask> = fc.record({
  back: fc.array(fc.tuple(fc.nat({ max: 30 }), mostly<EdgeCondition>(6, "success", "failure", "done")), {
    maxLength: 3,
    size: "max",
  }),
  pool: mostly<string | undefined>(3, undefined, "a", "b"),
  priority: mostly(2, 0, -1, 1, 5),
  finally: oneIn(12),
  required: oneIn(5).map((isOptional) => !isOptional),
  initial: mostly<RawTask["initial"]>(120, "pending", "running", "done", "failed", "cancelled"),
  hasHandler: oneIn(60).map((isUnknown) => !isUnknown),
  ending: mostly<RawTask["ending"]>(30, "done", "failed", "cancelled"),
  isInstant: oneIn(3),
  obeys: oneIn(3).map((isStubborn) => !isStubborn),
});

/** What the tasks of a graph have beside their order. */
interface Kinds {
  readonly hasConditions: boolean;
  readonly hasPools: boolean;
  readonly hasPriorities: boolean;
}

/** Dependencies become indexes; an ordinary task never comes after a finally one, and a finally one has no condition but `done`. */
function resolve([tasks, { hasConditions, hasPools, hasPriorities }]: readonly [
  readonly RawTask[],
  Kinds,
]): ScriptedSpec[] {
  return tasks.map(({ back, ...task }, index) => {
    const edges = new Map<number, EdgeCondition | undefined>();
    for (const [distance, on] of back) {
      const at = index - 1 - distance;
      if (at < 0 || (!task.finally && tasks[at]!.finally)) continue;
      edges.set(at, hasConditions && (!task.finally || on === "done") ? on : undefined);
    }
    return {
      ...task,
      after: [...edges.keys()],
      on: [...edges.values()],
      pool: hasPools ? task.pool : undefined,
      priority: hasPriorities ? task.priority : 0,
    };
  });
}

const kinds: fc.Arbitrary<Kinds> = fc.record({
  hasConditions: fc.boolean(),
  hasPools: fc.boolean(),
  hasPriorities: fc.boolean(),
});

const graphSpec: fc.Arbitrary<GraphSpec> = fc.record({
  tasks: fc.tuple(fc.array(rawTask, { minLength: 1, maxLength: 200, size: "max" }), kinds).map(resolve),
  pools: fc.record({ a: fc.integer({ min: 1, max: 3 }), b: fc.constantFrom(1, 2, Infinity) }),
  concurrency: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 2, max: 8 })),
  failFast: oneIn(6),
  isAbortedBefore: oneIn(50),
  isReversed: oneIn(3),
  choices: fc.array(fc.nat({ max: 99_999 }), { minLength: 1, maxLength: 300, size: "max" }),
});

const sorted = (indexes: Iterable<number>): number[] => [...indexes].sort((a, b) => a - b);

const sortedEntries = (entries: Iterable<readonly unknown[]>): unknown[] =>
  [...entries].sort(([a], [b]) => Number(a) - Number(b));

it("any graph runs as its model says: what runs, is blocked, and in which order", async () => {
  const shares = {
    blocked: 0,
    "a cancel in flight": 0,
    "a finally task after a failure": 0,
    "a full concurrency limit": 0,
    "a skipped task": 0,
    "a full pool": 0,
    "priorities with one task at a time": 0,
  };
  let taskCount = 0;
  let graphCount = 0;
  await fc.assert(
    fc.asyncProperty(graphSpec, async (spec) => {
      const bench = new GraphBench(spec);
      await bench.run();
      checkViews(spec, bench);
      checkEvents(spec, bench);
      graphCount++;
      taskCount += spec.tasks.length;
      if (bench.graph.blocked.length > 0) shares.blocked++;
      if (bench.seen.cancelInFlight) shares["a cancel in flight"]++;
      if (bench.seen.finallyAfterFailure) shares["a finally task after a failure"]++;
      if (bench.seen.full) shares["a full concurrency limit"]++;
      if (bench.graph.skipped.length > 0) shares["a skipped task"]++;
      if (bench.seen.poolFull) shares["a full pool"]++;
      if (spec.concurrency === 1 && spec.tasks.some(({ priority }) => priority !== 0))
        shares["priorities with one task at a time"]++;
    }),
    { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS, markInterruptAsFailure: true },
  );
  const counts = Object.entries(shares);
  console.log(
    `${graphCount} graphs of ${taskCount} tasks; with ${counts.map(([name, count]) => `${name}: ${count}`).join(", ")}`,
  );
  for (const [name, count] of counts) expect(count, name).toBeGreaterThanOrEqual(graphCount / 10);
}, 300_000);

function checkViews(spec: GraphSpec, { graph, model, tasks, errors, seen }: GraphBench): void {
  const indexesOf = (view: Iterable<{ readonly payload: unknown }>): number[] =>
    sorted(Array.from(view, ({ payload }) => payload as number));
  const inState = (state: string): number[] => sorted(tasks.keys()).filter((index) => model.stateOf(index) === state);
  expect(indexesOf(graph.succeeded)).toEqual(inState("done"));
  expect(indexesOf(graph.failed)).toEqual(inState("failed"));
  expect(indexesOf(graph.cancelled)).toEqual(inState("cancelled"));
  expect(indexesOf(graph.skipped)).toEqual(sorted(model.skipped));
  const isGood = (index: number): boolean => model.stateOf(index) === "done" || model.skipped.includes(index);
  expect(graph.ok).toBe(spec.tasks.every(({ required }, index) => !required || isGood(index)));
  // A task that was cancelled while it waited is noticed when its turn comes, which an early stop prevents.
  if (model.isStoppedEarly && seen.lateCancel)
    expect(sorted(model.blocked)).toEqual(expect.arrayContaining(indexesOf(graph.blocked)));
  else expect(indexesOf(graph.blocked)).toEqual(sorted(model.blocked));
  const byId = new Map(tasks.map((task, index) => [task.id, index]));
  const codes = Array.from(graph.errors, ([id, error]) => [byId.get(id), (error as Error & { code: string }).code]);
  expect(sortedEntries(codes)).toEqual(sortedEntries(errors));
  const refused = sorted(tasks.keys()).filter((index) => model.stateOf(index) === "refused");
  // Whether there is a handler is looked at first.
  expect(refused.map((index) => errors.get(index))).toEqual(
    refused.map((index) => (spec.tasks[index]!.hasHandler ? "invalid_transition" : "no_handler")),
  );
}

/** Each task that ran has one start and one ending; starts come after the endings of what they wait for. */
function checkEvents(spec: GraphSpec, { events, model }: GraphBench): void {
  const started = new Map<number, number>();
  const ended = new Map<number, number>();
  const faults: string[] = [];
  events.forEach(({ index, type }, at) => {
    const times = type === "started" ? started : ended;
    if (times.has(index)) faults.push(`task ${index} has a second event: ${type}`);
    times.set(index, at);
  });
  const lastOrdinary = Math.max(
    -1,
    ...[...started.keys()].filter((index) => !spec.tasks[index]!.finally).map((index) => ended.get(index) ?? Infinity),
  );
  for (const [index, start] of started) {
    const { after, finally: isFinally } = spec.tasks[index]!;
    if (!(ended.get(index)! > start)) faults.push(`task ${index} started and has no ending`);
    if (isFinally && start < lastOrdinary)
      faults.push(`task ${index}, a finally one, started before the last ordinary one ended`);
    if (after.some((dependency) => started.has(dependency) && ended.get(dependency)! > start))
      faults.push(`task ${index} started before a task that it comes after ended`);
    if (model.stateOf(index) === "pending" || model.stateOf(index) === "refused")
      faults.push(`task ${index} started and is ${model.stateOf(index)}`);
  }
  expect(faults).toEqual([]);
}
