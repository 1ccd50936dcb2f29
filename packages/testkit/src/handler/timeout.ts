import { errorKind, thrownBy } from "../test-api.ts";
import type { HandlerCase, HandlerSuite } from "./handler-suite.ts";

/** Tasks that run for too long. Left out for a handler without `hangs`. */
export function testTimeout({ test, check, contract }: HandlerSuite, hangs: HandlerCase): void {
  test("a task that runs longer than its timeout fails, and the handler ends", async ({
    executor,
    task,
    openCalls,
  }) => {
    const hanging = task(hangs, 100);
    const error = await thrownBy(() => executor.execute(hanging));
    check([hanging.status, errorKind(error)], ["failed", "timeout"], "a task that runs into its timeout must fail");
    check(openCalls(), 0, "the handler must end once `context.signal` is aborted, by a timeout as by a cancel");
  });

  test("a task that ends in time does not feel its timeout", async ({ executor, task }) => {
    const done = task(contract.succeeds, 60_000);
    await executor.execute(done);
    check(done.status, "done", "a timeout that is not reached must change nothing");
  });
}
