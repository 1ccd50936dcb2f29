import type { TestApi } from "@ttasks/testkit";
import { expect } from "vitest";

/** Runs the tests of a suite, and gives the message of each that fails by its title. */
export async function collectFailures(define: (api: TestApi) => void): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  const tests = collectTests(define);
  for (const { title, body } of tests) await body().catch((error: unknown) => failures.set(title, String(error)));
  if (tests.length === 0) throw new Error("The suite has no tests");
  return failures;
}

/** Expects that these tests fail and no others, each with an advice that has this text. */
export function expectCaught(failures: ReadonlyMap<string, string>, advices: Readonly<Record<string, string>>): void {
  expect([...failures.keys()].sort()).toEqual(Object.keys(advices).sort());
  for (const [title, advice] of Object.entries(advices)) expect(failures.get(title)).toContain(advice);
}

/** The tests that a suite defines. */
export function collectTests(
  define: (api: TestApi) => void,
): readonly { readonly title: string; readonly body: () => Promise<void> }[] {
  const tests: { title: string; body: () => Promise<void> }[] = [];
  define({ describe: (_title, body) => body(), it: (title, body) => tests.push({ title, body }), expect });
  return tests;
}
