import type { TestApi } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";
import { describeShellHandlers } from "./describe-shell-handlers.ts";
import { startNode } from "./node-program.ts";

describeShellHandlers({ describe, it, expect });

it("all of this passes under node:test as well", async () => {
  let count = 0;
  const counting: TestApi = { describe: (_title, body) => body(), it: () => count++, expect };
  describeShellHandlers(counting);
  const { stdout, code } = await startNode("node-test.ts", [], {}, ["--test", "--test-reporter=tap"]).ended;
  expect(count).toBeGreaterThan(20);
  expect(stdout).toContain(`\n# tests ${count}\n`);
  expect(stdout).toContain(`\n# pass ${count}\n# fail 0\n`);
  expect(code).toBe(0);
});
