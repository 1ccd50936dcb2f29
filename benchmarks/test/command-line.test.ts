import { describe, expect, it } from "vitest";
import { readCommandLine } from "../src/command-line.ts";

const suites = ["dag", "ledger"];

describe("readCommandLine", () => {
  it("takes suites, rounds and contenders", () => {
    const {
      suites: asked,
      rounds,
      only,
    } = readCommandLine(["dag", "ledger", "--rounds", "3", "--only", "ttasks, p-queue"], suites);
    expect({ asked, rounds, only }).toEqual({ asked: ["dag", "ledger"], rounds: 3, only: ["ttasks", "p-queue"] });
  });

  it("takes a ref to check against, or none", () => {
    expect(readCommandLine(["--check", "v1.0.0"], suites)).toMatchObject({ check: true, ref: "v1.0.0", suites: [] });
    expect(readCommandLine(["--check"], suites).ref).toBeUndefined();
  });

  it.each([
    [["graph"], 'Expected suites of dag, ledger, got "graph"'],
    [["--rounds", "0"], 'Expected --rounds to be a whole number from 1, got "0"'],
    [["--check", "a", "b"], "Expected one ref, got a b"],
  ])("refuses %j", (argv, message) => {
    expect(() => readCommandLine(argv, suites)).toThrow(message);
  });
});
