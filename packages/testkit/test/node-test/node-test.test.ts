import type { TestApi } from "@ttasks/testkit";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeBuiltInDrivers, describeBuiltInStores, describeScriptedHandler } from "../built-ins.ts";
import { collectTests } from "../collect-failures.ts";

it("the stores of core, and the drivers and the handler of the kit, pass under node:test as well", async () => {
  const suites = [describeBuiltInStores, describeBuiltInDrivers, describeScriptedHandler];
  const { length } = collectTests((api: TestApi) => suites.forEach((suite) => suite(api)));
  expect(length).toBeGreaterThan(300);
  const { output, code } = await runNodeTest("program.ts");
  expect(output).toContain(`\n# tests ${length}\n`);
  expect(output).toContain(`\n# pass ${length}\n# fail 0\n`);
  expect(code).toBe(0);
});

it("under node:test a broken store fails the tests that name its fault, with the advice and what was got", async () => {
  const { output, code } = await runNodeTest("broken-program.ts");
  expect(code).toBe(1);
  expect(output).toContain("\n# fail 2\n");
  expect(output).toMatch(/not ok \d+ - a limit gives the tasks that were saved first\n/);
  expect(output).toMatch(/`tasks\.count` must heed `limit`\n\s*The values differ:\n\s*got +3\n\s*expected 2/);
});

it("the reporter for people shows the advice as well", async () => {
  const { output } = await runNodeTest("broken-program.ts", "spec");
  expect(output).toContain("`tasks.count` must heed `limit`");
});

/** Runs a program of tests by the test runner of Node. */
function runNodeTest(name: string, reporter = "tap"): Promise<{ readonly output: string; readonly code: unknown }> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const args = ["--import", "tsx", "--conditions=source", "--test", `--test-reporter=${reporter}`, file];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: import.meta.dirname, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ output: stdout + stderr, code: error ? error.code : 0 });
    });
  });
}
