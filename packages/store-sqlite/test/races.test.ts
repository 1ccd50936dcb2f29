import { Task, TaskGraph } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleFixture } from "./fixtures/bundle-fixture.ts";
import { integrityOf } from "./fixtures/integrity-of.ts";
import type { RaceResult } from "./fixtures/race-for-tasks.ts";
import { resultOf } from "./fixtures/run-child.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const TASK_COUNT = 2_000;
/** By so many tasks each process steps to its next one; none of them divides their number, so that it comes to all. */
const STRIDES = [601, 743, 877, 991, 1_117, 1_259, 1_373, 1_499];
/** The least that each process runs of all tasks. */
const LEAST_SHARE = 1 / 20;

const folder = temporaryFolder();
let program = "";

beforeAll(async () => {
  program = await bundleFixture("race-for-tasks.ts", folder);
});

/** The processes have opened the ledger and read its tasks before the first of them begins. */
async function race(path: string, executions: string, count: number): Promise<RaceResult[]> {
  const racers = STRIDES.slice(0, count).map((stride) =>
    spawn(process.execPath, [program, path, executions, String(stride)], { stdio: "pipe" }),
  );
  const results = racers.map(resultOf);
  await Promise.all(racers.map(({ stdout }) => once(stdout, "data")));
  for (const { stdin } of racers) stdin.end("go\n");
  return (await Promise.all(results)).map(({ code, stdout, stderr }) => {
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout.slice("ready\n".length)) as RaceResult;
  });
}

describe("processes that race for the same tasks", () => {
  it.each([2, 8])(
    "%i of them run each task exactly once",
    async (count) => {
      const path = join(folder, `${count}.db`);
      const executions = join(folder, `${count}.txt`);
      const store = new SqliteStore(path);
      const graph = new TaskGraph({ title: "race" });
      for (let index = 0; index < TASK_COUNT; index++)
        graph.add(new Task({ type: "race", payload: index, id: `task-${index}` }));
      store.graphs.save(graph);
      const began = performance.now();
      const results = await race(path, executions, count);
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      console.log(
        `${count} processes, ${TASK_COUNT} tasks: ${seconds} s\n` +
          `won ${results.map(({ won }) => won).join(" ")}\n` +
          `lost ${results.map(({ lost }) => lost).join(" ")}, while it ran ${results.map(({ lostInFlight }) => lostInFlight).join(" ")}`,
      );
      expect(results.flatMap(({ errors }) => errors)).toEqual([]);
      const lines = readFileSync(executions, "utf8").trimEnd().split("\n");
      expect(lines).toHaveLength(TASK_COUNT);
      expect(new Set(lines.map((line) => line.split(" ")[0])).size).toBe(TASK_COUNT);
      expect(store.tasks.count({ status: "done" })).toBe(TASK_COUNT);
      expect(store.tasks.find().filter(({ attempts }) => attempts.length !== 1)).toEqual([]);
      expect(Math.min(...results.map(({ won }) => won))).toBeGreaterThanOrEqual(TASK_COUNT * LEAST_SHARE);
      expect(Math.min(...results.map(({ lost }) => lost))).toBeGreaterThanOrEqual(1);
      expect(store.leases.find()).toEqual([]);
      store.close();
      expect(integrityOf(path)).toBe("ok");
    },
    120_000,
  );
});
