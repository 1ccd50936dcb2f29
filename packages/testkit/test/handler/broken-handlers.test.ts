import type { Handler } from "@ttasks/core";
import { describeHandler, type HandlerContract } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";
import { collectFailures, collectTests, expectCaught } from "../collect-failures.ts";
import * as faulty from "../faulty-handlers.ts";

/** What is wrong with a handler, and the tests that fail for it, each with words of its advice. */
interface Fault {
  readonly is: string;
  readonly create: () => Handler;
  readonly leftovers?: HandlerContract["leftovers"];
  readonly caughtBy: Readonly<Record<string, string>>;
}

/** So that a handler that does not stop is given up soon. */
const STOPS_WITHIN_MS = 150;

const started = new Set<string>();
const leftovers = (): readonly string[] => {
  const left = [...started];
  started.clear();
  return left;
};

const STOP = "the handler must end once `context.signal` is aborted";
const TOO_LATE = "must not call `context.output` once it has returned or thrown";
const LEFT_BEHIND = "what a task has started must be gone when its handler ends";

const FAULTS: readonly Fault[] = [
  {
    is: "takes failures for output",
    create: () => faulty.swallowingHandler,
    caughtBy: {
      "a task that fails tells why": "a handler fails by throwing",
      "several tasks run at once, each with its own ending": "must not share state",
    },
  },
  {
    is: "changes its task",
    create: () => faulty.meddlingHandler,
    caughtBy: { "a handler leaves the task's fields alone": "a handler reads the task and must not change it" },
  },
  {
    is: "gives what JSON cannot hold",
    create: () => faulty.unstorableHandler,
    caughtBy: { "the result of a task can be stored": "the output must be plain JSON" },
  },
  {
    is: "ignores its signal",
    create: () => faulty.deafHandler,
    caughtBy: {
      "a task that is cancelled while it runs ends as cancelled, and so does the handler": STOP,
      "a task that is cancelled in the moment of its start ends as cancelled": STOP,
      "a task ends when the caller's signal is aborted": STOP,
      "cancelling one task leaves another one of the same handler running": "a stop must reach its own task only",
      "a task that runs longer than its timeout fails, and the handler ends": STOP,
    },
  },
  {
    is: "does not see a signal that is aborted before it listens",
    create: () => faulty.lateListeningHandler,
    caughtBy: { "a task that is cancelled in the moment of its start ends as cancelled": STOP },
  },
  {
    is: "passes output on after its end",
    create: () => faulty.chattyHandler,
    caughtBy: { "a task that has ended passes no output on": TOO_LATE },
  },
  {
    is: "passes output on after it was stopped",
    create: () => faulty.stubbornPrinter,
    caughtBy: { "a task that was stopped passes no output on": TOO_LATE },
  },
  {
    is: "does not pass all of its output on",
    create: () => faulty.mumblingHandler,
    caughtBy: {
      "the pieces of the live output make up the task's output": "must add up to the output that is returned",
    },
  },
  {
    is: "shares state between calls",
    create: faulty.createForgetfulHandler,
    caughtBy: { "several tasks run at once, each with its own ending": "calls that run at once must not share state" },
  },
  {
    is: "stops all of its tasks with one",
    create: faulty.createSharedStopHandler,
    caughtBy: {
      "cancelling one task leaves another one of the same handler running": "a stop must reach its own task only",
    },
  },
  {
    is: "works no more after a failure",
    create: faulty.createBrittleHandler,
    caughtBy: {
      "a failure leaves the handler usable": "a task after a failed one must run as the first did",
      "several tasks run at once, each with its own ending": "must not share state",
    },
  },
  {
    is: "leaves an orphan when it is stopped",
    create: () => faulty.createLitteringHandler(started),
    leftovers,
    caughtBy: {
      "a task that is cancelled leaves nothing behind": LEFT_BEHIND,
      "a task that times out leaves nothing behind": LEFT_BEHIND,
    },
  },
  {
    is: "leaves something behind always",
    create: () => faulty.createHoardingHandler(started),
    leftovers,
    caughtBy: {
      "a task that has ended leaves nothing behind": LEFT_BEHIND,
      "a task that is cancelled leaves nothing behind": LEFT_BEHIND,
      "a task that times out leaves nothing behind": LEFT_BEHIND,
    },
  },
  {
    is: "cannot be freed",
    create: () => faulty.undisposableHandler,
    caughtBy: {
      "closing the executor waits for the running task, then frees the handler":
        "`[Symbol.asyncDispose]` must not throw",
      "a handler that was never called can be freed": "must succeed for a handler that ran nothing",
      "freeing a handler twice does no harm": "`[Symbol.asyncDispose]` must not throw",
    },
  },
  {
    is: "cannot be freed a second time",
    create: faulty.createOnceDisposableHandler,
    caughtBy: { "freeing a handler twice does no harm": "`[Symbol.asyncDispose]` may be called again" },
  },
];

function contractOf({ create, leftovers }: Pick<Fault, "create" | "leftovers">): HandlerContract {
  return {
    create,
    type: "faulty",
    succeeds: { payload: "good" },
    fails: { payload: "bad" },
    hangs: { payload: "slow" },
    prints: { payload: "loud" },
    stopsWithinMs: STOPS_WITHIN_MS,
    ...(leftovers && { leftovers }),
  };
}

describe("a broken handler is caught by the tests that name its fault, and by no others: one that", () => {
  for (const { is, caughtBy, ...fault } of FAULTS) {
    it(is, async () => {
      started.clear();
      expectCaught(await collectFailures((api) => describeHandler(api, contractOf(fault))), caughtBy);
    });
  }
});

it("a handler that is whole passes", async () => {
  const contract = contractOf({ create: () => faulty.wholeHandler, leftovers });
  expect([...(await collectFailures((api) => describeHandler(api, contract)))]).toEqual([]);
});

it("a handler whose tasks end at once, and print nothing, has the tests of stops and of live output left out", async () => {
  const contract: HandlerContract = {
    create: () => faulty.wholeHandler,
    type: "quick",
    succeeds: { payload: "good", output: "good" },
    fails: { payload: "bad" },
  };
  const titles = collectTests((api) => describeHandler(api, contract)).map(({ title }) => title);
  expect(titles.filter((title) => /cancel|stopped|timeout|live|behind/.test(title))).toEqual([]);
  expect([...(await collectFailures((api) => describeHandler(api, contract)))]).toEqual([]);
});

it("a handler that fails without words passes, for the executor finds some", async () => {
  const silent: Handler = (context) => {
    if (context.task.payload === "bad") throw new Error("");
    return faulty.wholeHandler(context);
  };
  const failures = await collectFailures((api) => describeHandler(api, contractOf({ create: () => silent })));
  expect([...failures]).toEqual([]);
});
