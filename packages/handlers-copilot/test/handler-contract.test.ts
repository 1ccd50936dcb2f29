import type { TestApi } from "@ttasks/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { contractReply, describeCopilotHandlers } from "./describe-copilot-handlers.ts";
import { hasRuntime, hermeticEnv, whereItRuns } from "./fixtures/bench.ts";
import { ModelServer } from "./fixtures/model-server.ts";

describe.skipIf(!hasRuntime)(`the contract of handlers${whereItRuns}`, () => {
  const home = mkdtempSync(path.join(os.tmpdir(), "ttasks-copilot-contract-"));
  let server: ModelServer;
  beforeAll(async () => {
    server = await ModelServer.start(contractReply);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const options = () => ({ provider: { baseUrl: `${server.origin}/v1` }, env: hermeticEnv(home) });

  describeCopilotHandlers({ describe, it, expect }, options);

  it("is kept under node:test as well", async () => {
    let count = 0;
    const counting: TestApi = { describe: (_title, body) => body(), it: () => count++, expect };
    describeCopilotHandlers(counting, options);
    const program = fileURLToPath(new URL("fixtures/node-test.ts", import.meta.url));
    const args = ["--import", "tsx", "--conditions=source", "--test", "--test-reporter=tap", program];
    const env = { ...process.env, ...hermeticEnv(home), MODEL_SERVER: server.origin };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: import.meta.dirname });
    expect(count).toBeGreaterThan(20);
    expect(stdout).toContain(`\n# tests ${count}\n`);
    expect(stdout).toContain(`\n# pass ${count}\n# fail 0\n`);
  }, 120_000);
});
