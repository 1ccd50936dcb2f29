import { describeHandler } from "@ttasks/testkit";
import { copilotHandlers } from "@ttasks/handlers-copilot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { hasRuntime, hermeticEnv, whereItRuns } from "./fixtures/bench.ts";
import { ModelServer } from "./fixtures/model-server.ts";

describe.skipIf(!hasRuntime)(`the contract of handlers${whereItRuns}`, () => {
  const home = mkdtempSync(path.join(os.tmpdir(), "ttasks-copilot-contract-"));
  let server: ModelServer;
  beforeAll(async () => {
    server = await ModelServer.start(({ prompt }) => {
      if (prompt === "hang") return { fault: "hangs" };
      return prompt === "fail" ? { status: 400 } : { text: "an answer in pieces" };
    });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  describe.each(["prompt", "agent"] as const)("is kept by the %s handler", (type) => {
    describeHandler(
      { describe, it, expect },
      {
        create: () => copilotHandlers({ provider: { baseUrl: `${server.origin}/v1` }, env: hermeticEnv(home) })[type],
        type,
        succeeds: { payload: "say", output: "an answer in pieces" },
        fails: { payload: "fail" },
        hangs: { payload: "hang" },
        prints: { payload: "say" },
      },
    );
  });
});
