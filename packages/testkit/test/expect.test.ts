import { expect as kitExpect } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";

const differs = (actual: unknown, expected: unknown): string | undefined => {
  try {
    kitExpect(actual).toEqual(expected);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

it.each([
  [{ a: 1, b: undefined }, { a: 1 }],
  [{ a: 1 }, { a: 1, b: undefined }],
  [
    [1, [2, { c: null }]],
    [1, [2, { c: null }]],
  ],
  [new Date(5), new Date(5)],
  [NaN, NaN],
  [undefined, undefined],
  [Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
  [JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}')],
])("%j equals %j", (actual, expected) => {
  expect(differs(actual, expected)).toBeUndefined();
});

it.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: null }, { a: undefined }],
  [[1, 2], [1]],
  [[1], { 0: 1 }],
  [new Date(5), new Date(6)],
  [new Date(5), 5],
  [new Date(5), {}],
  [new Map(), {}],
  ["1", 1],
  [[undefined], []],
  [JSON.parse('{"__proto__":1}'), {}],
  [{}, { toString: 1 }],
])("%j does not equal %j", (actual, expected) => {
  expect(differs(actual, expected)).toContain("The values differ:\n");
});

describe("a message", () => {
  it("shows both values where they are short", () => {
    expect(differs(["c", "a"], ["a", "c"])).toBe('The values differ:\n  got      ["c","a"]\n  expected ["a","c"]');
  });

  it("shows where long values differ, and a long text from shortly before that place", () => {
    const long = "x".repeat(1_000);
    const message = differs([{ title: `${long}b`, note: long }], [{ title: `${long}a`, note: long }]);
    expect(message).toBe(`The values differ:\n  at [0].title: got …${"x".repeat(20)}b", expected …${"x".repeat(20)}a"`);
  });

  it("shows the first places only", () => {
    const values = Array.from({ length: 1_000 }, (_, index) => index);
    const message = differs(
      values,
      values.map((value) => -value - 1),
    );
    expect(message?.split("\n")).toHaveLength(6);
  });
});
