import type { TestApi } from "@ttasks/testkit";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { describeSqlite } from "./describe-sqlite.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const folder = temporaryFolder();

describeSqlite({ describe, it, expect }, folder);

it("all of this passes under node:test as well", async () => {
  let count = 0;
  const counting: TestApi = { describe: (_title, body) => body(), it: () => count++, expect };
  describeSqlite(counting, folder);
  const program = fileURLToPath(new URL("fixtures/node-test.ts", import.meta.url));
  const args = ["--import", "tsx", "--conditions=source", "--test", "--test-reporter=tap", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  expect(count).toBeGreaterThan(200);
  expect(stdout).toContain(`\n# tests ${count}\n`);
  expect(stdout).toContain(`\n# pass ${count}\n# fail 0\n`);
});
