import type { HandlerCase, HandlerSuite } from "./handler-suite.ts";

/** What a handler passes on while its task runs. Left out for a handler without `prints`. */
export function testOutput({ test, check }: HandlerSuite, prints: HandlerCase): void {
  test("the pieces of the live output make up the task's output", async ({ executor, task }) => {
    const printing = task(prints);
    let live = "";
    executor.output.subscribe(({ task: from, stream, chunk }) => {
      if (from === printing && stream === "stdout") live += chunk;
    });
    const result = await executor.execute(printing);
    check(live !== "", true, "the handler must pass output on by `context.output` while the task runs");
    check(live, result.output, "the pieces passed to `context.output` must add up to the output that is returned");
  });

  test("a task gives the same output when nobody listens", async ({ executor, task }) => {
    const unheard = await executor.execute(task(prints));
    executor.output.subscribe(() => undefined);
    const heard = await executor.execute(task(prints));
    check(unheard.output, heard.output, "the output must not depend on listeners");
  });
}
