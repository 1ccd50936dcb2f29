import { describe, expect, it } from "vitest";
import { lastLines } from "../src/last-lines.ts";

describe("the last lines of an output", () => {
  it("are the last ones, without blank ones at either end and without runs of them between", () => {
    expect(lastLines("one\ntwo\n\n\n\nthree\n\n\n", 3)).toEqual(["two", "", "three"]);
    expect(lastLines("one\n\ntwo\n", 2)).toEqual(["two"]);
  });

  it("have no control sequences", () => {
    expect(
      lastLines("\u001B[31merror\u001B[39m \u001B]8;;https://example.com\u0007here\u001B]8;;\u0007\n\u0007\u0000ok"),
    ).toEqual(["error here", "ok"]);
  });

  it("show what a progress bar was in the end, and lines that end as on Windows", () => {
    expect(lastLines("10 %\r50 %\r100 %\ndone\r\n")).toEqual(["100 %", "done"]);
  });

  it("are none of an output that says nothing", () => {
    expect(lastLines("\n \n\n")).toEqual([]);
  });
});
