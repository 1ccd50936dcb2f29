import { Task, TaskExecutor, type Handler, type JsonObject, type JsonValue } from "@ttasks/core";
import { checkWith, type Check, type TestApi } from "../test-api.ts";
import { testCancellation } from "./cancellation.ts";
import { testDisposal } from "./disposal.ts";
import { testEndings } from "./endings.ts";
import { testOutput } from "./output.ts";
import { testTimeout } from "./timeout.ts";

/** A task that shows one behaviour of a handler. */
export interface HandlerCase {
  /** What the handler is to do. */
  readonly payload: JsonValue;
  /**
   * Facts that the handler reads.
   *
   * @default {}
   */
  readonly metadata?: JsonObject | undefined;
}

/** A task that succeeds. */
export interface SucceedingCase extends HandlerCase {
  /**
   * The output that it gives.
   *
   * @default absent: any output is right
   */
  readonly output?: unknown;
}

/** The handler that {@link describeHandler} tests. */
export interface HandlerContract {
  /** Makes the handler; called for each test. */
  create(): Handler;
  /** The type of task that it runs. */
  readonly type: string;
  /** A task that ends well within a second or so. */
  readonly succeeds: SucceedingCase;
  /** A task that fails. */
  readonly fails: HandlerCase;
  /** A task that runs until it is stopped, and stops when it is told to. */
  readonly hangs: HandlerCase;
  /**
   * A task that succeeds and passes its output on live, as text whose pieces make up its output.
   *
   * @default absent: the handler gives no live output, and the tests of it are left out
   */
  readonly prints?: HandlerCase | undefined;
}

/** What each group of tests is given. */
export interface HandlerSuite {
  readonly contract: HandlerContract;
  readonly check: Check;
  /** Defines a test that gets a new handler behind an executor, which is closed behind it. */
  readonly test: (title: string, body: (bench: HandlerBench) => Promise<void>) => void;
}

/** A handler behind an executor. */
export interface HandlerBench {
  readonly executor: TaskExecutor;
  /** How many calls of the handler have not ended. */
  readonly openCalls: () => number;
  /** A new task of the handler's type. */
  readonly task: (from: HandlerCase, timeoutMs?: number) => Task;
}

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
