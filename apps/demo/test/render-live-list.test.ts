import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderLiveList, type LiveTask } from "../src/render-live-list.ts";
import type { CheckStatus } from "../src/report.ts";
import { fakeTerminal } from "./fake-terminal.ts";

const check = (name: string, status: CheckStatus, more: Partial<LiveTask> = {}): LiveTask => {
  return { name, status, isOptional: false, after: [], durationMs: 1_500, said: "", ...more };
};

describe("the live list", () => {
  it("shows what runs and what it says, what waits and for what, and how others ended", () => {
    const list = [
      check("types", "done"),
      check("lint", "running", { said: "src/a.ts" }),
      check("test", "pending", { after: ["types", "lint"] }),
      check("format", "failed"),
      check("docs", "blocked"),
      check("advice", "failed", { isOptional: true }),
    ];
    expect(renderLiveList(fakeTerminal(80), list, 0).split("\n")).toEqual([
      "✔ types       1.5 s  done",
      "⠋ lint        1.5 s  src/a.ts",
      "· test               waits for types, lint",
      "✖ format      1.5 s  failed",
      "◌ docs               blocked",
      "○ advice      1.5 s  failed (optional)",
    ]);
  });

  it.each([20, 40, 80, 200])("is never wider than a terminal of %i columns", (columns) => {
    const list = [
      check("a-script-with-quite-a-long-name", "running", { said: "検査中 ".repeat(100) }),
      check("short", "pending", { after: Array.from({ length: 50 }, (_, index) => `check-${index}`) }),
    ];
    const lines = renderLiveList(fakeTerminal(columns), list, 3).split("\n");
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(stringWidth(line)).toBeLessThan(columns);
  });

  it("is never higher than the terminal: what runs is shown first, then what failed", () => {
    const list = Array.from({ length: 40 }, (_, index) =>
      check(`check-${index}`, index === 30 ? "failed" : index < 35 ? "done" : index < 38 ? "running" : "pending"),
    );
    const lines = renderLiveList(fakeTerminal(80, 8), list, 0).split("\n");
    expect(lines.map((line) => line.split(/ +/)[1])).toEqual([
      "check-30",
      "check-35",
      "check-36",
      "check-37",
      "check-38",
      "check-39",
      "…",
    ]);
    expect(lines.at(-1)).toBe("  … and 34 more (34 done)");
  });

  it("has colours unless NO_COLOR is set", () => {
    expect(renderLiveList(fakeTerminal(80, 24, {}), [check("lint", "done")], 0)).toContain("\u001B[32m");
    expect(renderLiveList(fakeTerminal(80), [check("lint", "done")], 0)).not.toContain("\u001B");
  });
});
