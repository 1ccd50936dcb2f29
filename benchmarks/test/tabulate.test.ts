import { describe, expect, it } from "vitest";
import type { Comparison } from "../src/comparison.ts";
import { renderMarkdown } from "../src/render-report.ts";
import { tabulate } from "../src/tabulate.ts";
import { replaceFigures } from "../src/write-figures.ts";
import { samplesOf } from "./samples.ts";

const comparison: Comparison = {
  id: "echo",
  title: "Echo",
  metrics: [{ key: "ms", label: "ms", better: "less", digits: 0 }],
  contenders: [{ name: "spawn" }, { name: "ttasks" }, { name: "not measured" }],
  goals: [{ row: "ttasks", metric: "ms", over: "spawn", atMost: 1.25 }],
  note: "In a process each.",
};
const table = tabulate(comparison, samplesOf({ spawn: [10, 20], ttasks: [11, 24] }));

describe("tabulate", () => {
  it("shows the best and the median of the values and of the ratios, and the goal beside its row", () => {
    expect(table.rows).toEqual([
      ["spawn", "10", "15", "", "", ""],
      ["ttasks", "11", "18", "1.10", "1.15", "✓ ttasks ÷ spawn: 1.15 (≤ 1.25)"],
    ]);
  });
});

describe("the figures of the README", () => {
  const machine = {
    ...{ cpu: "A processor", cores: 2, memoryGib: 8, node: "v20.20.2" },
    ...{ system: "Linux 6 x64", date: "2026-01-02", commit: "abc1234" },
  };
  const report = {
    ...{ suite: "shell", command: "bench shell", machine, remarks: ["A remark."] },
    comparisons: [{ id: "echo", title: "Echo", note: comparison.note, rounds: 2, table, skipped: [], samples: {} }],
  };

  it("say the machine, the command, the tables and the notes", () => {
    const text = renderMarkdown([report]);
    expect(text).toContain("`bench shell` on 2026-01-02 at commit abc1234: A processor, 2 cores, 8 GiB");
    expect(text).toContain("| ttasks | 11 | 18 | 1.10 | 1.15 | ✓ ttasks ÷ spawn: 1.15 (≤ 1.25) |");
    expect(text).toContain("2 rounds. In a process each.");
    expect(text).toContain("- A remark.");
  });

  it("take the place of the figures before, and leave the rest of the page", () => {
    const page = "# Page\n\n<!-- figures -->\n\nold\n<!-- /figures -->\n\nEnd\n";
    expect(replaceFigures(page, "new\n")).toBe("# Page\n\n<!-- figures -->\n\nnew\n\n<!-- /figures -->\n\nEnd\n");
    expect(() => replaceFigures("# Page\n", "new")).toThrow("has no");
  });
});
