import { thrownBy } from "../test-api.ts";
import type { HandlerBench, HandlerCase, HandlerSuite } from "./handler-suite.ts";
import { untilItRuns } from "./until-it-runs.ts";

/** What comes too late comes within this time. */
const MOMENT_MS = 100;

const TOO_LATE =
  "the handler must not call `context.output` once it has returned or thrown: wait for the end of what prints first";
const LEFT_BEHIND =
  "what a task has started must be gone when its handler ends: end it, and wait until it is gone, before returning or throwing";

/** What is still there, and still happens, when a task has ended. */
export function testAftermath(suite: HandlerSuite): void {
  testEnded(suite);
  if (suite.contract.hangs) testStopped(suite, suite.contract.hangs);
}

function testEnded({ test, check, contract }: HandlerSuite): void {
  test("a task that has ended passes no output on", async ({ executor, task, lateOutput }) => {
    for (const from of [contract.prints ?? contract.succeeds, contract.fails])
      await thrownBy(() => executor.execute(task(from)));
    await aMoment();
    check(lateOutput(), [], TOO_LATE);
  });

  if (!contract.leftovers) return;
  test("a task that has ended leaves nothing behind", async ({ executor, task }) => {
    for (const from of [contract.succeeds, contract.fails]) {
      await thrownBy(() => executor.execute(task(from)));
      check(await contract.leftovers?.(), [], LEFT_BEHIND);
    }
  });
}

function testStopped({ test, check, contract }: HandlerSuite, hangs: HandlerCase): void {
  test("a task that was stopped passes no output on", async (bench) => {
    await runAndCancel(bench, hangs);
    await aMoment();
    check(bench.lateOutput(), [], TOO_LATE);
  });

  if (!contract.leftovers) return;
  test("a task that is cancelled leaves nothing behind", async (bench) => {
    await runAndCancel(bench, hangs);
    check(await contract.leftovers?.(), [], LEFT_BEHIND);
  });

  test("a task that times out leaves nothing behind", async ({ executor, task }) => {
    await thrownBy(() => executor.execute(task(hangs, MOMENT_MS)));
    check(await contract.leftovers?.(), [], LEFT_BEHIND);
  });
}

async function runAndCancel({ executor, task, openCalls }: HandlerBench, hangs: HandlerCase): Promise<void> {
  const hanging = task(hangs);
  const ended = thrownBy(() => executor.execute(hanging));
  await untilItRuns({ openCalls });
  await executor.cancel(hanging);
  await ended;
}

function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
}
