import { Task, TaskExecutor } from "@ttasks/core";
import { copilotHandlers } from "@ttasks/handlers-copilot";
import { describe, expect, it } from "vitest";

const isWanted = process.env["COPILOT_LIVE"] === "1";

describe.skipIf(!isWanted)(
  "the real service (set COPILOT_LIVE=1 to run this with your own login, at the cost of two requests)",
  () => {
    it("answers a prompt and runs an agent", async () => {
      const executor = new TaskExecutor({ handlers: copilotHandlers({ idleTimeoutMs: 60_000 }) });
      try {
        const prompt = await executor.execute(Task.prompt("Answer with the one word: pong"));
        expect(String(prompt.output)).toMatch(/pong/i);
        const agent = await executor.execute(Task.agent("Run `echo $((6 * 7))` and tell me the number alone."));
        expect(String(agent.output)).toContain("42");
        expect(agent.usage?.toolCalls).toBeGreaterThan(0);
      } finally {
        await executor.close();
      }
    }, 180_000);
  },
);
