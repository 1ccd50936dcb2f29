import { describe, expect, it } from "vitest";
import { checkDelay, checkEnv, checkKeys, checkPath } from "@ttasks/node-support";

describe("the check of settings", () => {
  it.each<[string, unknown, string]>([
    ["an array", [], "Expected `options` to be an object, got an array"],
    ["null", null, "Expected `options` to be an object, got `null` (object)"],
    ["another key", { b: 1 }, "Unknown option `b` of make(); it takes a"],
  ])("refuses options that are or have %s", (_what, value, message) => {
    expect(() => checkKeys("make()", value, ["a"], "options")).toThrow(new TypeError(message));
  });

  it.each([0, -1, Number.NaN, Infinity, 2_147_483_648, "5"])("refuses the delay %s", (value) => {
    expect(() => checkDelay("waitMs", value, 1)).toThrow("Expected `waitMs` to be a number of milliseconds from 1");
  });

  it.each([undefined, 1, 0.5 + 1, 2_147_483_647])("takes the delay %s", (value) => {
    expect(checkDelay("waitMs", value, 1)).toBe(value);
  });

  it.each(["", "a\0b", 5])("refuses the path %j", (value) => {
    expect(() => checkPath("cwd", value)).toThrow("Expected `cwd` to be a non-empty string without NUL characters");
  });

  it("takes a variable that is null or undefined for one to take away", () => {
    expect(checkEnv("env", { A: "1", B: null, C: undefined })).toEqual({ A: "1", B: undefined, C: undefined });
    expect(checkEnv("env", undefined)).toEqual({});
  });

  it("refuses what an environment cannot hold", () => {
    expect(() => checkEnv("env", { "A=B": "1" })).toThrow('without "=" and NUL, got `A=B`');
    expect(() => checkEnv("env", { A: 1 })).toThrow("Expected `env.A` to be a string without NUL characters");
  });
});
