import { copilotHandlers, type CopilotHandlersOptions } from "@ttasks/handlers-copilot";
import { describeHandler, type TestApi } from "@ttasks/testkit";
import type { Reply } from "./fixtures/model-server.ts";

/** What the model says to {@link describeCopilotHandlers}. */
export const contractReply: Reply = ({ prompt }) => {
  if (prompt === "hang") return { fault: "hangs" };
  return prompt === "fail" ? { status: 400 } : { text: "an answer in pieces" };
};

/** Holds both handlers against the contract; `options` are asked for when a test starts. */
export function describeCopilotHandlers(api: TestApi, options: () => CopilotHandlersOptions): void {
  for (const type of ["prompt", "agent"] as const) {
    api.describe(`the ${type} handler`, () => {
      describeHandler(api, {
        create: () => copilotHandlers(options())[type],
        type,
        succeeds: { payload: "say", output: "an answer in pieces" },
        fails: { payload: "fail" },
        hangs: { payload: "hang" },
        prints: { payload: "say" },
      });
    });
  }
}
