import { recover, release, TaskExecutor, type JsonObject, type Task } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

type Content = Readonly<Record<"tasks" | "graphs" | "runs" | "leases", readonly JsonObject[]>>;

const plain = (objects: readonly object[]): unknown => JSON.parse(JSON.stringify(objects));

describe("the ledger that two killed processes left, in documents of version 3", () => {
  const path = join(temporaryFolder(), "ledger.db");
  copyFileSync(fixture("left-ledger.db"), path);
  const store = new SqliteStore(path);
  afterAll(() => store.close());
  const content = JSON.parse(readFileSync(fixture("left-ledger.json"), "utf8")) as Content;

  it("holds every task, graph, run and lease as it was", () => {
    expect(plain(store.tasks.find())).toEqual(content.tasks);
    expect(plain(store.graphs.find())).toEqual(content.graphs);
    expect(plain(store.runs.find())).toEqual(content.runs);
    expect(plain(store.leases.find())).toEqual(content.leases);
  });

  it("tells what each attempt came to, what is held and why, and who ran what", () => {
    const attempts = ["deploy", "ask", "docs"].map((id) => store.tasks.get(id)?.attempts.map(({ status }) => status));
    expect(attempts).toEqual([["interrupted"], ["interrupted", "running"], ["running"]]);
    expect(store.tasks.get("docs")?.attempts[0]?.process).toEqual({ pid: 4711, start: "a-boot/471100" });
    expect(store.explain("deploy")?.sentence).toMatch(/^"Deploy" is held since .*: it was interrupted/);
    expect(store.runs.find().map(({ status }) => status)).toEqual(["interrupted", "running"]);
    expect(store.leases.find().map(({ title }) => title)).toEqual(["workshop:200", "workshop:200"]);
  });

  it("is recovered, and its graph goes on to its end", async () => {
    const { tasks, executors } = await recover(store, { isAlive: () => false, endProcess: async () => "gone" });
    expect(tasks.map(({ taskId, outcome }) => [taskId, outcome])).toEqual([
      ["ask", "retry"],
      ["docs", "cancel"],
    ]);
    expect(executors).toHaveLength(2);
    const ran: string[] = [];
    const handler = ({ task }: { readonly task: Task }): string => {
      ran.push(task.id);
      return "done";
    };
    await using executor = new TaskExecutor({ store, handlers: { bash: handler, prompt: handler } });
    const graph = store.graphs.get("graph");
    for (const task of graph?.tasks ?? []) if (task.held) release(task);
    await graph?.resume(executor);
    expect([graph?.ok, ran.sort()]).toEqual([true, ["ask", "clean", "deploy"]]);
  });
});
