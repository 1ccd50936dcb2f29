import type { Task } from "@ttasks/core";
import { errorKind, thrownBy } from "../test-api.ts";
import type { HandlerCase, HandlerSuite } from "./handler-suite.ts";
import { untilItRuns } from "./until-it-runs.ts";

const LEFT_RUNNING =
  "the handler must end once `context.signal` is aborted: what it started must be gone before it does";

/** Stopping tasks that run. Left out for a handler without `hangs`. */
export function testCancellation(suite: HandlerSuite, hangs: HandlerCase): void {
  testWays(suite, hangs);
  testOthers(suite, hangs);
}

function testWays({ test, check }: HandlerSuite, hangs: HandlerCase): void {
  test("a task that is cancelled while it runs ends as cancelled, and so does the handler", async ({
    executor,
    task,
    openCalls,
  }) => {
    const hanging = task(hangs);
    const ended = thrownBy(() => executor.execute(hanging));
    await untilItRuns({ openCalls });
    check(
      await executor.cancel(hanging),
      true,
      "cancelling a running task must end it: does the payload of `hangs` really go on until it is stopped?",
    );
    check(
      [hanging.status, errorKind(await ended)],
      ["cancelled", "cancelled"],
      "a cancelled task must end as cancelled",
    );
    check(openCalls(), 0, LEFT_RUNNING);
  });

  test("a task that is cancelled in the moment of its start ends as cancelled", async ({
    executor,
    task,
    openCalls,
    beforeCalls,
  }) => {
    const hanging = task(hangs);
    beforeCalls((called) => void executor.cancel(called));
    check(
      errorKind(await thrownBy(() => executor.execute(hanging))),
      "cancelled",
      "the handler must heed a signal that is aborted before it looks at it",
    );
    check(openCalls(), 0, LEFT_RUNNING);
  });

  test("a task ends when the caller's signal is aborted", async ({ executor, task, openCalls }) => {
    const controller = new AbortController();
    const hanging = task(hangs);
    const ended = thrownBy(() => executor.execute(hanging, { signal: controller.signal }));
    await untilItRuns({ openCalls });
    controller.abort();
    check(errorKind(await ended), "cancelled", "an abort must end the task as cancelled");
    check(openCalls(), 0, LEFT_RUNNING);
  });
}

function testOthers({ test, check, contract }: HandlerSuite, hangs: HandlerCase): void {
  test("cancelling one task leaves another one of the same handler running", async ({ executor, task, openCalls }) => {
    const [first, second] = [task(hangs), task(hangs)] as [Task, Task];
    const ended = [first, second].map((one) => thrownBy(() => executor.execute(one)));
    await untilItRuns({ openCalls });
    await executor.cancel(first);
    check(
      [first.status, second.status, openCalls()],
      ["cancelled", "running", 1],
      "a stop must reach its own task only",
    );
    await executor.cancel(second);
    await Promise.all(ended);
    check(openCalls(), 0, LEFT_RUNNING);
  });

  test("a cancelled task leaves the handler usable", async ({ executor, task, openCalls }) => {
    const hanging = task(hangs);
    const ended = thrownBy(() => executor.execute(hanging));
    await untilItRuns({ openCalls });
    await executor.cancel(hanging);
    await ended;
    const next = task(contract.succeeds);
    await thrownBy(() => executor.execute(next));
    check(next.status, "done", "a task after a cancelled one must run as the first did");
  });
}
