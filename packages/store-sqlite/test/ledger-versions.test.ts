import { Task, TaskExecutor, type JsonObject } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

interface Content {
  readonly tasks: readonly JsonObject[];
  readonly graphs: readonly JsonObject[];
  /** Absent where that version kept none. */
  readonly runs?: readonly JsonObject[];
  /** Absent where that version kept none. */
  readonly logs?: readonly (readonly [id: string, entries: readonly JsonObject[]])[];
}

/** What is read of a document: what this version writes, with all that was in it. */
const now = (documents: readonly JsonObject[]): readonly JsonObject[] =>
  documents.map((document) => ({ ...document, version: 3 }));

describe.each([1, 2, 3])("the ledger that version %i of the schema wrote", (version) => {
  const path = join(temporaryFolder(), "ledger.db");
  copyFileSync(fixture(`ledger-v${version}.db`), path);
  const store = new SqliteStore(path);
  afterAll(() => store.close());
  // What is read is written as this version writes it.
  const content = JSON.parse(
    readFileSync(fixture(`ledger-v${version}.json`), "utf8").replaceAll(/"version": [12]/g, '"version": 3'),
  ) as Content;

  it("holds every task as it was, in the order of first save", () => {
    expect(store.tasks.find().map((task) => JSON.parse(JSON.stringify(task)) as unknown)).toEqual(now(content.tasks));
    expect([...store.tasks.keys()]).toEqual(content.tasks.map(({ id }) => id));
    for (const { id } of content.tasks) expect(store.tasks.get(String(id))?.id).toBe(id);
  });

  it("has a task in every state", () => {
    const statuses = ["pending", "running", "done", "failed", "cancelled"] as const;
    expect(statuses.map((status) => store.tasks.count({ status }))).toEqual([2, 1, 3, 1, 1]);
  });

  it("can be asked for the time at which tasks were made", () => {
    const times = content.tasks.map(({ createdAt }) => createdAt as number);
    const latest = new Date(Math.max(...times));
    const before = content.tasks.filter(({ createdAt }) => (createdAt as number) < latest.getTime());
    expect(store.tasks.find({ createdBefore: latest }).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(store.tasks.count({ createdAfter: new Date(0) })).toBe(content.tasks.length);
  });

  it("holds every graph as it was", () => {
    expect(store.graphs.find().map((graph) => JSON.parse(JSON.stringify(graph)) as unknown)).toEqual(
      now(content.graphs),
    );
    const graph = store.graphs.get("graph-1");
    expect(graph?.tasks.map(({ title, status }) => [title, status])).toEqual([
      ["Build", "done"],
      ["Test", "failed"],
      ["http", "done"],
      ["Publish", "pending"],
      ["Log", "done"],
    ]);
    expect(graph?.ok).toBe(false);
  });

  it("holds every attempt and every run, where they were kept", () => {
    expect(store.runs.find().map((run) => JSON.parse(JSON.stringify(run)) as unknown)).toEqual(content.runs ?? []);
    expect(store.graphs.get("graph-1")?.runs.map(({ status }) => status)).toEqual(version >= 3 ? ["failed"] : []);
    expect(store.tasks.get("test")?.attempts.map(({ status }) => status)).toEqual(
      version >= 3 ? ["failed", "failed"] : [],
    );
  });

  it("holds what the tasks had printed, where they were kept", () => {
    const logs = content.logs ?? content.tasks.map(({ id }) => [String(id), []] as const);
    expect(logs.some(([, entries]) => entries.length > 0)).toBe(version >= 3);
    for (const [id, entries] of logs)
      expect(JSON.parse(JSON.stringify(store.logs.read(id))) as unknown).toEqual(entries);
  });

  it("can be written on", async () => {
    const printing = Task.bash("make");
    const executor = TaskExecutor.empty({ store }).register("bash", ({ output }) => {
      output("printed\n");
      return "done";
    });
    await executor.execute(printing);
    expect(store.logs.read(printing.id).map(({ text }) => text)).toEqual(["printed\n"]);
    store.tasks.delete(printing);
    const task = store.tasks.get("publish");
    task?.cancel();
    if (task) store.tasks.save(task);
    expect(store.tasks.get("publish")?.status).toBe("cancelled");
    expect(store.tasks.size).toBe(content.tasks.length);
  });
});
