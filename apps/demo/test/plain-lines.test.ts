import { describe, expect, it } from "vitest";
import { plainLines } from "../src/plain-lines.ts";

describe("plain lines", () => {
  it("have no control sequences", () => {
    expect(
      plainLines("\u001B[31merror\u001B[39m \u001B]8;;https://example.com\u0007here\u001B]8;;\u0007\n\u0007\u0000ok"),
    ).toEqual(["error here", "ok"]);
  });

  it("show what a progress bar was in the end, and lines that end as on Windows", () => {
    expect(plainLines("10 %\r50 %\r100 %\ndone\r\n")).toEqual(["100 %", "done", ""]);
  });
});
