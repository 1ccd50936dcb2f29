import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { fitWidth, padToWidth } from "../src/fit-width.ts";

describe("a text that is fitted", () => {
  it("stays as it is where it fits", () => {
    expect(fitWidth("lint", 4)).toBe("lint");
    expect(padToWidth("lint", 6)).toBe("lint  ");
  });

  it("is cut with a mark where it is too wide", () => {
    expect(fitWidth("typecheck", 5)).toBe("type…");
  });

  it("is never too wide, also where its characters take two columns", () => {
    for (let width = 1; width < 12; width++) {
      expect(stringWidth(fitWidth("検査中検査中", width))).toBeLessThanOrEqual(width);
      expect(stringWidth(padToWidth("検査中検査中", width))).toBe(width);
    }
  });
});
