import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { renderReport, renderSummary } from "../src/render-report.ts";
import type { Report } from "../src/report.ts";
import { fakeTerminal } from "./fake-terminal.ts";

const REPORT: Report = {
  ok: false,
  durationMs: 65_000,
  checks: [
    { script: "types", command: "npm run types", status: "done", durationMs: 4_200, exitCode: 0 },
    {
      script: "lint",
      command: "npm run lint",
      status: "failed",
      durationMs: 61_000,
      exitCode: 2,
      reason: "exit code 2",
      lastLines: ["src/a.ts", `  ${"a long line ".repeat(12).trimEnd()}`],
    },
    { script: "build", command: "npm run build", status: "blocked", reason: "needs lint" },
  ],
};

describe("the report", () => {
  it("is a table of status, duration and exit code, then the last lines of what failed", () => {
    expect(renderReport(fakeTerminal(80), REPORT).split("\n")).toEqual([
      "   Check  Status         Time  Exit  Note",
      " ✔ types  done          4.2 s     0  npm run types",
      " ✖ lint   failed   1 min 01 s     2  exit code 2",
      " ◌ build  blocked           –     –  needs lint",
      "",
      "✖ lint: exit code 2 (npm run lint)",
      " │ src/a.ts",
      " │   a long line a long line a long line a long line a long line a long line a",
      " │ long line a long line a long line a long line a long line a long line",
      "",
    ]);
  });

  it.each([40, 60, 80, 200])("fits a terminal of %i columns", (columns) => {
    const terminal = fakeTerminal(columns);
    const text = renderReport(terminal, REPORT) + renderSummary(terminal, REPORT, "ledger.db");
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(text).toContain("needs lint");
  });

  it("ends with how it went and where the ledger lies", () => {
    expect(renderSummary(fakeTerminal(80), REPORT, "/var/ledger.db")).toBe(
      "Not all checks passed: 1 failed, 1 blocked, 1 done in 1 min 05 s\nLedger: /var/ledger.db\n",
    );
  });
});
