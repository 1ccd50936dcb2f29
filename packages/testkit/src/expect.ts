import { findDifferences } from "./find-differences.ts";

/** The longest value that a message shows whole. */
const MAX_SHOWN = 300;

/** What {@link expect} gives. */
export interface Expectation {
  /**
   * Compares deeply, as the method of vitest and Jest does: properties that are `undefined` count as absent.
   *
   * @throws {Error} that shows where the two differ
   */
  toEqual(expected: unknown): void;
}

/**
 * The `expect` for test runners that have none, like `node:test`. It can do what the suites need, and no more.
 *
 * @example
 * ```ts
 * import { InMemoryStore } from "@ttasks/core";
 * import { describeStore, expect } from "@ttasks/testkit";
 * import { describe, it } from "node:test";
 *
 * describeStore({ describe, it, expect }, { create: () => new InMemoryStore(), abilities: { reads: "live" } });
 * ```
 */
export function expect(actual: unknown): Expectation {
  return {
    toEqual: (expected) => {
      const differences = findDifferences(actual, expected);
      if (differences.length === 0) return;
      const [got, wanted] = [show(actual), show(expected)];
      const isShort = got.length <= MAX_SHOWN && wanted.length <= MAX_SHOWN;
      const lines = isShort
        ? [`  got      ${got}`, `  expected ${wanted}`]
        : differences.map(({ path, actual, expected }) => {
            const [one, other] = excerpts(show(actual), show(expected));
            return `  at ${path || "the top"}: got ${one}, expected ${other}`;
          });
      throw Object.assign(new Error(`The values differ:\n${lines.join("\n")}`), { actual, expected });
    },
  };
}

function show(value: unknown): string {
  if (value === undefined || typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
    return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** Long texts from shortly before the place where they part. */
function excerpts(one: string, other: string): readonly [string, string] {
  let same = 0;
  while (same < Math.min(one.length, other.length) && one[same] === other[same]) same++;
  const from = one.length > MAX_SHOWN || other.length > MAX_SHOWN ? Math.max(0, same - 20) : 0;
  const cut = (text: string): string =>
    `${from > 0 ? "…" : ""}${text.slice(from, from + MAX_SHOWN)}${text.length > from + MAX_SHOWN ? "…" : ""}`;
  return [cut(one), cut(other)];
}
