import type { TestApi } from "@ttasks/testkit";
import { expect } from "vitest";

/** Runs the tests of a suite, and gives the message of each that fails by its title. */
export async function collectFailures(define: (api: TestApi) => void): Promise<ReadonlyMap<string, string>> {
  const tests: { title: string; body: () => Promise<void> }[] = [];
  define({ describe: (_title, body) => body(), it: (title, body) => tests.push({ title, body }), expect });
  const failures = new Map<string, string>();
  for (const { title, body } of tests) await body().catch((error: unknown) => failures.set(title, String(error)));
  if (tests.length === 0) throw new Error("The suite has no tests");
  return failures;
}
