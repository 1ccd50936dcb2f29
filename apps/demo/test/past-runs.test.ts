import { SqliteStore } from "@ttasks/store-sqlite";
import { Task, TaskExecutor } from "ttasks";
import { expect, it } from "vitest";
import { pastRuns } from "../src/past-runs.ts";
import type { Report } from "../src/report.ts";

const report = (repository: string, createdAt: Date) =>
  new Task({ type: "report", payload: { repository }, createdAt });

it("the latest runs of a repository come newest first, broken off ones too, and other reports not at all", async () => {
  const store = new SqliteStore(":memory:");
  try {
    const executor = new TaskExecutor({ store });
    const output: Report = { ok: true, durationMs: 1, checks: [] };
    executor.register("report", () => output);
    const times = [1, 2, 3, 4].map((day) => new Date(2026, 0, day));
    await executor.execute(report("/app", times[0]!));
    await executor.execute(report("/app", times[1]!));
    store.tasks.save(report("/app", times[2]!));
    await executor.execute(report("/other", times[3]!));
    const strange: object = { type: "report", payload: null };
    store.tasks.save(new Task(strange as { type: string; payload: null }));

    expect(pastRuns(store, "/app", 2)).toEqual([
      { startedAt: times[2], report: undefined },
      { startedAt: times[1], report: output },
    ]);
    expect(pastRuns(store, "/elsewhere")).toEqual([]);
  } finally {
    store.close();
  }
});
