import fc from "fast-check";
import { expect, it } from "vitest";
import { COMMANDS, TaskBench, type Command } from "./task-bench.ts";

const RUNS = 1_500;

const command: fc.Arbitrary<Command> = fc.record({
  // Without a run, most commands have little to disturb.
  name: fc.oneof(
    { weight: 2, arbitrary: fc.constant("execute" as const) },
    { weight: 8, arbitrary: fc.constantFrom(...COMMANDS) },
  ),
  number: fc.nat({ max: 10_000 }),
});
const sequence = fc
  .tuple(fc.boolean(), fc.nat({ max: 10_000 }), fc.array(command, { maxLength: 25, size: "max" }))
  .map(([startsAtOnce, number, rest]): Command[] => (startsAtOnce ? [{ name: "execute", number }, ...rest] : rest));
const timeout = fc.constantFrom(undefined, 1_000, 6_000);

it("a task goes through any sequence of moves, assignments, cancels, timeouts and endings as its model does", async () => {
  const endings = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(timeout, sequence, async (timeoutMs, commands) => {
      const bench = new TaskBench(timeoutMs);
      for (const one of commands) {
        await bench.do(one);
        expect(bench.seen()).toEqual(bench.expected());
      }
      await bench.finish();
      expect(bench.seen()).toEqual(bench.expected());
      for (const [, ending] of bench.model.executions) endings.set(ending, (endings.get(ending) ?? 0) + 1);
    }),
    { numRuns: RUNS },
  );
  console.log(
    `endings of execute in ${RUNS} sequences: ${[...endings].map(([code, count]) => `${code} ${count}`).join(", ")}`,
  );
  expect([...endings.keys()].sort()).toEqual(["cancelled", "execution_failed", "invalid_transition", "ok", "timeout"]);
});
