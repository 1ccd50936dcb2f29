import { thrownBy } from "../test-api.ts";
import type { HandlerSuite } from "./handler-suite.ts";

/** Freeing what a handler holds. */
export function testDisposal({ test, check, contract }: HandlerSuite): void {
  test("closing the executor waits for the running task, then frees the handler", async ({ executor, task }) => {
    const done = task(contract.succeeds);
    const ended = thrownBy(() => executor.execute(done));
    check(await thrownBy(() => executor.close()), undefined, "the handler's `[Symbol.asyncDispose]` must not throw");
    check(
      [done.status, await ended],
      ["done", undefined],
      "disposal comes after the last task: it must not disturb one",
    );
  });

  test("a handler that was never called can be freed", async ({ executor }) => {
    check(
      await thrownBy(() => executor.close()),
      undefined,
      "`[Symbol.asyncDispose]` must succeed for a handler that ran nothing",
    );
  });

  test("freeing a handler twice does no harm", async ({ executor, task }) => {
    await executor.execute(task(contract.succeeds));
    check(await thrownBy(() => executor.close()), undefined, "the handler's `[Symbol.asyncDispose]` must not throw");
    const handler = contract.create();
    await thrownBy(() => handler[Symbol.asyncDispose]?.());
    check(
      await thrownBy(() => handler[Symbol.asyncDispose]?.()),
      undefined,
      "`[Symbol.asyncDispose]` may be called again: two executors can share a handler",
    );
  });
}
