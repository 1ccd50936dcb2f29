import { Task, TaskExecutor, type Handler, type HandlerContext } from "@ttasks/core";
import { checkWith, type TestApi } from "../test-api.ts";
import { testAftermath } from "./aftermath.ts";
import { testCancellation } from "./cancellation.ts";
import { testDisposal } from "./disposal.ts";
import { testEndings } from "./endings.ts";
import { testOutput } from "./output.ts";
import { testTimeout } from "./timeout.ts";
import type { HandlerBench, HandlerContract, HandlerSuite } from "./handler-suite.ts";

/** Long enough that a test fails by its own message, not by the executor giving the handler up. */
const DEFAULT_STOPS_WITHIN_MS = 20_000;

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
        await bench.tidyUp();
      }
    });
  };
  const suite = { contract, test, check: checkWith(api.expect) };
  for (const [title, group] of groupsFor(contract)) api.describe(title, () => group(suite));
}

type Group = readonly [title: string, define: (suite: HandlerSuite) => void];

function groupsFor({ hangs, prints }: HandlerContract): readonly Group[] {
  const groups: Group[] = [["how tasks of a handler end", testEndings]];
  if (hangs) {
    groups.push(["cancelling a handler's task", (suite) => testCancellation(suite, hangs)]);
    groups.push(["the timeout of a handler's task", (suite) => testTimeout(suite, hangs)]);
  }
  if (prints) groups.push(["the live output of a handler", (suite) => testOutput(suite, prints)]);
  groups.push(["after a task of a handler", testAftermath], ["disposing of a handler", testDisposal]);
  return groups;
}

function createBench(contract: HandlerContract): HandlerBench {
  const { type, stopsWithinMs = DEFAULT_STOPS_WITHIN_MS } = contract;
  const handler = contract.create();
  const late: string[] = [];
  const tasks: Task[] = [];
  let openCalls = 0;
  let beforeCall: ((task: Task) => void) | undefined;
  const counted: Handler = async (context) => {
    let hasEnded = false;
    openCalls++;
    beforeCall?.(context.task);
    try {
      return await handler(watched(context, (chunk) => hasEnded && late.push(String(chunk))));
    } finally {
      hasEnded = true;
      openCalls--;
    }
  };
  const dispose = async (): Promise<void> => handler[Symbol.asyncDispose]?.();
  const traits = { graceMs: handler.graceMs, [Symbol.asyncDispose]: dispose };
  const handlers = { [type]: Object.assign(counted, traits) };
  const executor = new TaskExecutor({ abandonAfterMs: stopsWithinMs, handlers });
  return {
    executor,
    openCalls: () => openCalls,
    lateOutput: () => late,
    beforeCalls: (callback) => (beforeCall = callback),
    task: ({ payload, metadata }, timeoutMs) => {
      const task = new Task({ type, payload, metadata, timeoutMs });
      tasks.push(task);
      return task;
    },
    tidyUp: async () => {
      // A test that failed may have left some of them running.
      await Promise.all(tasks.map((task) => executor.cancel(task)));
      // The tests of disposal tell of what it throws.
      await executor.close().catch(() => undefined);
    },
  };
}

/** The same context, whose live output is looked at on its way. */
function watched(context: HandlerContext, look: (chunk: string | Uint8Array) => void): HandlerContext {
  return {
    task: context.task,
    upstream: context.upstream,
    // Made when it is first read, as the executor's own.
    get signal() {
      return context.signal;
    },
    output: (chunk, stream) => {
      look(chunk);
      context.output(chunk, stream);
    },
    noteProcess: (process) => context.noteProcess(process),
  };
}
