import type { HandlerContext } from "@ttasks/core";
import { describeHandler, scriptedHandler } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";

async function printing({ output }: HandlerContext): Promise<string> {
  output("one ");
  await Promise.resolve();
  output("two");
  return "one two";
}

describeHandler(
  { describe, it, expect },
  {
    create: () => scriptedHandler({ bad: "fails", slow: "hangs", loud: printing }),
    type: "scripted",
    succeeds: { payload: "good", output: "good" },
    fails: { payload: "bad" },
    hangs: { payload: "slow" },
    prints: { payload: "loud" },
  },
);
