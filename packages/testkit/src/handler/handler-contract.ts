import { Task, TaskExecutor, type Handler } from "@ttasks/core";
import { checkWith, type TestApi } from "../test-api.ts";
import { testCancellation } from "./cancellation.ts";
import { testDisposal } from "./disposal.ts";
import { testEndings } from "./endings.ts";
import { testOutput } from "./output.ts";
import { testTimeout } from "./timeout.ts";
import type { HandlerCase, HandlerContract, HandlerSuite, HandlerBench } from "./handler-suite.ts";

/** So long may a handler go on after a stop: a test fails by its own message, not by the executor giving the handler up. */
const ABANDON_AFTER_MS = 20_000;

/**
 * Tests that a handler keeps the contract that executors rely on. Call it in a test file of the handler's package.
 *
 * @example
 * ```ts
 * import { describeHandler, scriptedHandler } from "@ttasks/testkit";
 * import { describe, expect, it } from "vitest";
 *
 * describeHandler(
 *   { describe, it, expect },
 *   {
 *     create: () => scriptedHandler({ bad: "fails", slow: "hangs" }),
 *     type: "scripted",
 *     succeeds: { payload: "good", output: "good" },
 *     fails: { payload: "bad" },
 *     hangs: { payload: "slow" },
 *   },
 * );
 * ```
 */
export function describeHandler(api: TestApi, contract: HandlerContract): void {
  const test: HandlerSuite["test"] = (title, body) => {
    api.it(title, async () => {
      const bench = createBench(contract);
      try {
        await body(bench);
      } finally {
        await bench.executor.close();
      }
    });
  };
  const suite = { contract, test, check: checkWith(api.expect) };
  for (const [title, group] of groupsFor(contract)) api.describe(title, () => group(suite));
}

function groupsFor({ prints }: HandlerContract): readonly (readonly [string, (suite: HandlerSuite) => void])[] {
  return [
    ["how tasks of a handler end", testEndings],
    ["cancelling a handler's task", testCancellation],
    ["the timeout of a handler's task", testTimeout],
    ...(prints ? ([["the live output of a handler", testOutput]] as const) : []),
    ["disposing of a handler", testDisposal],
  ];
}

function createBench(contract: HandlerContract): HandlerBench {
  const { type } = contract;
  const handler = contract.create();
  let openCalls = 0;
  const counted: Handler = async (context) => {
    openCalls++;
    try {
      return await handler(context);
    } finally {
      openCalls--;
    }
  };
  const dispose = async (): Promise<void> => handler[Symbol.asyncDispose]?.();
  const traits = { graceMs: handler.graceMs, [Symbol.asyncDispose]: dispose };
  const handlers = { [type]: Object.assign(counted, traits) };
  const executor = new TaskExecutor({ abandonAfterMs: ABANDON_AFTER_MS, handlers });
  const task = ({ payload, metadata }: HandlerCase, timeoutMs?: number): Task =>
    new Task({ type, payload, metadata, timeoutMs });
  return { executor, openCalls: () => openCalls, task };
}
