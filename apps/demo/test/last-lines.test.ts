import { describe, expect, it } from "vitest";
import { lastLines } from "../src/last-lines.ts";

describe("the last lines of an output", () => {
  it("are the last ones, without blank ones at either end and without runs of them between", () => {
    expect(lastLines("one\ntwo\n\n\n\nthree\n\n\n", 3)).toEqual(["two", "", "three"]);
    expect(lastLines("one\n\ntwo\n", 2)).toEqual(["two"]);
  });

  it("are none of an output that says nothing", () => {
    expect(lastLines("\n \n\n")).toEqual([]);
  });
});
