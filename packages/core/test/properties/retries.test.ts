import fc from "fast-check";
import { expect, it } from "vitest";
import {
  InMemoryStore,
  Task,
  TaskCancelledError,
  TaskExecutionError,
  TaskExecutor,
  type HandlerContext,
  type TaskAttempt,
} from "@ttasks/core";
import { VirtualClock } from "@ttasks/testkit";
import { foresee, type ExpectedAttempt, type RetryCase, type Try } from "./retry-model.ts";

const RUNS = 1_500;
const LONGEST_MS = 1_000_000;

// Steps that have nothing in common keep moments of different kinds apart.
const ms = (step: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max }).map((count) => count * step);
const oneTry: fc.Arbitrary<Try> = fc.record({
  does: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("fails" as const, "asks" as const, "hangs" as const) },
    { weight: 1, arbitrary: fc.constantFrom("succeeds" as const, "cancels" as const) },
  ),
  afterMs: ms(7, 100),
  retryAfterMs: ms(11, 100),
});
const retryCase: fc.Arbitrary<RetryCase> = fc
  .record({
    attempts: fc.integer({ min: 1, max: 6 }),
    backoffMs: ms(13, 100),
    factor: fc.constantFrom(1, 1.5, 2, 3),
    maxBackoffMs: ms(17, 200),
    timeoutMs: fc.option(ms(19.31415, 30), { nil: undefined }),
    deadlineMs: fc.option(ms(230.27182, 20), { nil: undefined }),
    cancelAtMs: fc.option(ms(290.57721, 20), { nil: undefined }),
    tries: fc.array(oneTry, { minLength: 1, maxLength: 6 }),
  })
  // One that hangs without a limit never ends.
  .map((made) => ({ ...made, timeoutMs: made.timeoutMs ?? 580.14142 }));

function play({ does, afterMs, retryAfterMs }: Try, { signal }: HandlerContext, clock: VirtualClock): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
    const endings = {
      succeeds: () => resolve("ok"),
      fails: () => reject(new Error("no")),
      asks: () => reject(new TaskExecutionError("later", { retryAfterMs })),
      cancels: () => reject(new TaskCancelledError()),
      hangs: () => undefined,
    };
    if (does !== "hangs") clock.setTimer(endings[does], afterMs);
  });
}

function seen({ number, status, reason, startedAt, finishedAt }: TaskAttempt, start: number): Partial<ExpectedAttempt> {
  const since = (date: Date | undefined): number => (date?.getTime() ?? NaN) - start;
  return { number, status, ...(reason && { reason }), start: since(startedAt), end: since(finishedAt) };
}

it("a task with retries, a timeout, a deadline and a cancel makes the attempts that its model foresees", async () => {
  const counts = { retried: 0, deadline: 0, "cancelled while it waited": 0, timeout: 0, done: 0 };
  await fc.assert(
    fc.asyncProperty(retryCase, async (given) => {
      const clock = new VirtualClock();
      const start = clock.now();
      const store = new InMemoryStore();
      const executor = new TaskExecutor({ clock, store });
      let calls = 0;
      executor.register("any", (context) => {
        const turn = given.tries[calls++];
        return turn ? play(turn, context, clock) : "ok";
      });
      const { attempts, backoffMs, factor, maxBackoffMs, timeoutMs, deadlineMs } = given;
      const retry = { attempts, backoffMs, factor, maxBackoffMs, jitter: "none" } as const;
      const task = new Task({ type: "any", payload: null, retry, timeoutMs, deadlineMs });
      // An attempt that was told stays as it is, whatever comes later.
      const told = new Map<number, string>();
      executor.events.subscribe(() => {
        for (const attempt of task.attempts.filter(({ finishedAt }) => finishedAt)) {
          const text = JSON.stringify(attempt);
          expect(told.get(attempt.number) ?? text).toBe(text);
          told.set(attempt.number, text);
        }
      });
      const ended = executor.execute(task).then(
        () => undefined,
        () => undefined,
      );
      if (given.cancelAtMs !== undefined) clock.setTimer(() => void executor.cancel(task), given.cancelAtMs);
      await clock.advance(LONGEST_MS);
      await ended;
      const expected = foresee(given);
      const floor = ({ start: from, end, ...rest }: Partial<ExpectedAttempt>): object => ({
        ...rest,
        start: Math.floor(from ?? NaN),
        end: Math.floor(end ?? NaN),
      });
      expect(task.status).toBe(expected.status);
      expect(task.attempts.map((attempt) => floor(seen(attempt, start)))).toEqual(expected.attempts.map(floor));
      expect(Task.fromJSON(JSON.parse(JSON.stringify(task))).toJSON()).toEqual(JSON.parse(JSON.stringify(task)));
      expect(clock.timerCount).toBe(0);
      const last = expected.attempts.at(-1);
      if (expected.attempts.length > 1) counts.retried++;
      if (last?.reason === "deadline") counts.deadline++;
      if (expected.attempts.some(({ reason }) => reason === "timeout")) counts.timeout++;
      if (expected.status === "cancelled" && last?.status === "failed") counts["cancelled while it waited"]++;
      if (expected.status === "done") counts.done++;
    }),
    { numRuns: RUNS },
  );
  console.log(
    `of ${RUNS} tasks: ${Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ")}`,
  );
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(RUNS / 50);
});
