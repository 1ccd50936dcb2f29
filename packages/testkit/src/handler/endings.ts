import type { Task } from "@ttasks/core";
import { errorKind, thrownBy } from "../test-api.ts";
import type { HandlerSuite } from "./handler-suite.ts";

/** Success and failure. */
export function testEndings(suite: HandlerSuite): void {
  testOne(suite);
  testSeveral(suite);
}

function testOne({ test, check, contract }: HandlerSuite): void {
  test("a task that succeeds is done, with the handler's output", async ({ executor, task }) => {
    const done = task(contract.succeeds);
    const result = await executor.execute(done);
    check(done.status, "done", "a handler succeeds by returning");
    check(result === done.result, true, "the result must be attached to the task");
    if ("output" in contract.succeeds)
      check(result.output, contract.succeeds.output, "what the handler returns must be the output of its task");
  });

  test("a task that fails tells why", async ({ executor, task }) => {
    const failed = task(contract.fails);
    const error = await thrownBy(() => executor.execute(failed));
    check(failed.status, "failed", "a handler fails by throwing");
    check(
      errorKind(error),
      "execution_failed",
      "a handler must throw a TaskExecutionError, or an error that becomes the cause of one",
    );
    check(
      /\S/.test(failed.error ?? ""),
      true,
      "a failed task must have an error text: throw an error with a message, or with stderr",
    );
  });

  test("the result of a task can be stored", async ({ executor, task }) => {
    const done = task(contract.succeeds);
    await executor.execute(done);
    const stored = JSON.parse(JSON.stringify(done.result)) as { output?: unknown };
    check(
      stored.output,
      done.result?.output,
      "the output must be plain JSON, or a ledger cannot keep it; the rest belongs into `raw`",
    );
  });

  test("a handler leaves the task's fields alone", async ({ executor, task }) => {
    const done = task(contract.succeeds);
    const fieldsOf = (one: Task): object => {
      const { type, payload, title, description, timeoutMs, deadlineMs, retry, metadata, createdAt } = one.toJSON();
      return { type, payload, title, description, timeoutMs, deadlineMs, retry, metadata, createdAt };
    };
    const before = fieldsOf(done);
    await executor.execute(done);
    check(fieldsOf(done), before, "a handler reads the task and must not change it");
  });
}

function testSeveral({ test, check, contract }: HandlerSuite): void {
  test("several tasks run at once, each with its own ending", async ({ executor, task }) => {
    const tasks = [contract.succeeds, contract.fails, contract.succeeds, contract.fails].map((from) => task(from));
    await Promise.allSettled(tasks.map((one) => executor.execute(one)));
    check(
      tasks.map(({ status }) => status),
      ["done", "failed", "done", "failed"],
      "calls that run at once must not share state",
    );
  });

  test("a failure leaves the handler usable", async ({ executor, task }) => {
    await thrownBy(() => executor.execute(task(contract.fails)));
    const next = task(contract.succeeds);
    await thrownBy(() => executor.execute(next));
    check(next.status, "done", "a task after a failed one must run as the first did");
  });
}
