import { HandlerOutput, type Handler } from "@ttasks/core";
import { describeHandler, scriptedHandler } from "@ttasks/testkit";
import { expect, it } from "vitest";
import { collectFailures } from "../collect-failures.ts";

const whole = scriptedHandler({ bad: "fails", slow: "hangs" });

const swallowing: Handler = async (context) => {
  try {
    return await whole(context);
  } catch (error) {
    return String(error);
  }
};
const meddling: Handler = (context) => {
  context.task.description = "seen";
  return whole(context);
};
const unstorable: Handler = (context) =>
  context.task.title === "good" ? new HandlerOutput({ output: new Map([["good", 1]]) }) : whole(context);
const silent: Handler = (context) => {
  if (context.task.title === "bad") throw new Error("");
  return whole(context);
};
const undisposable: Handler = Object.assign((context: Parameters<Handler>[0]) => whole(context), {
  [Symbol.asyncDispose]: () => Promise.reject(new Error("no")),
});

it.each([
  ["takes failures for output", swallowing, "a task that fails tells why"],
  ["changes its task", meddling, "a handler leaves the task's fields alone"],
  ["gives what JSON cannot hold", unstorable, "the result of a task can be stored"],
  ["cannot be freed", undisposable, "a handler that was never called can be freed"],
])("a handler that %s is caught", async (_fault, handler, title) => {
  const failures = await collectFailures((api) =>
    describeHandler(api, {
      create: () => handler,
      type: "scripted",
      succeeds: { payload: "good" },
      fails: { payload: "bad" },
      hangs: { payload: "slow" },
    }),
  );
  expect([...failures.keys()]).toContain(title);
});

it("a handler that ends its tasks without words passes, for the executor finds some", async () => {
  const failures = await collectFailures((api) =>
    describeHandler(api, {
      create: () => silent,
      type: "scripted",
      succeeds: { payload: "good" },
      fails: { payload: "bad" },
      hangs: { payload: "slow" },
    }),
  );
  expect([...failures]).toEqual([]);
});
