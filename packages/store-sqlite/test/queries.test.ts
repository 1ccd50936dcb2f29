import { Task, TaskGraph, type TaskQuery } from "@ttasks/core";
import { SqliteStore } from "@ttasks/store-sqlite";
import { storeMatchesQueries } from "@ttasks/testkit";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const AFTER = new Date(2_000);

/** A store that keeps the statements that it has prepared. */
function spyingStore(): { store: SqliteStore; plansOf: (work: () => unknown) => string[] } {
  const database = new Database(":memory:");
  const prepared: string[] = [];
  const spy = new Proxy(database, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === "prepare")
        return (sql: string) => {
          prepared.push(sql);
          return target.prepare(sql);
        };
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  const store = new SqliteStore(spy);
  const plansOf = (work: () => unknown): string[] => {
    prepared.length = 0;
    work();
    return prepared.flatMap((sql) => {
      const statement = database.prepare(`EXPLAIN QUERY PLAN ${sql}`);
      const parameters = Array<string>((sql.match(/\?/g) ?? []).length).fill("[]");
      return (statement.all(...parameters) as { detail: string }[]).map(({ detail }) => detail);
    });
  };
  return { store, plansOf };
}

describe("a query to a SQLite ledger", () => {
  it("is answered as a filter over all tasks would, whatever it asks for", async () => {
    const numbers = fc.array(fc.nat({ max: 100_000 }), { minLength: 20, maxLength: 200, size: "max" });
    const store = new SqliteStore(":memory:");
    await fc.assert(
      fc.asyncProperty(numbers, async (sequence) => {
        store.tasks.clear();
        store.graphs.clear();
        await storeMatchesQueries(store, sequence);
      }),
      { numRuns: 1_000 },
    );
    store.close();
  }, 120_000);

  it.each<[string, TaskQuery, RegExp]>([
    ["status", { status: "failed" }, /USING (COVERING )?INDEX tasks_status/],
    ["several states", { status: ["failed", "cancelled"] }, /USING (COVERING )?INDEX tasks_status/],
    ["status, the last ones first", { status: "failed", order: "desc", limit: 10 }, /INDEX tasks_status/],
    ["type", { type: "bash" }, /USING (COVERING )?INDEX tasks_type/],
    ["time", { createdAfter: AFTER }, /USING (COVERING )?INDEX tasks_created_at/],
    ["a span of time", { createdAfter: AFTER, createdBefore: new Date(9_000) }, /INDEX tasks_created_at/],
    ["time and type", { createdBefore: AFTER, type: "bash" }, /USING (COVERING )?INDEX tasks_(type|created_at)/],
    ["graph", { graph: "some graph" }, /USING (COVERING )?INDEX sqlite_autoindex_tasks_1/],
  ])("looks by an index, never at all tasks: %s", (_by, query, index) => {
    for (const call of ["find", "count"] as const) {
      const { store, plansOf } = spyingStore();
      const graph = new TaskGraph({ id: "some graph", title: "x" });
      graph.add(Task.bash("true"));
      store.graphs.save(graph);
      const plans = plansOf(() => store.tasks[call](query));
      expect(plans.join("\n")).toMatch(index);
      expect(plans.filter((plan) => /^SCAN (tasks|documents)/.test(plan))).toEqual([]);
      store.close();
    }
  });

  it("finds the members of a graph of 100,000 tasks, and prunes it", () => {
    const store = new SqliteStore(":memory:");
    const graph = new TaskGraph({ title: "large" });
    for (let index = 0; index < 100_000; index++) graph.add(Task.bash("true", { title: `task ${index}` }));
    for (const task of graph.tasks) task.cancel();
    store.graphs.save(graph);
    store.tasks.save(Task.bash("true"));
    expect(store.tasks.count({ graph: graph.id })).toBe(100_000);
    expect(store.tasks.find({ graph: graph.id, offset: 99_998 }).map(({ title }) => title)).toEqual([
      "task 99998",
      "task 99999",
    ]);
    expect(store.prune({ olderThan: new Date(Date.now() + 1_000) })).toEqual({ tasks: 100_000, graphs: 1 });
    expect([store.tasks.size, store.graphs.size]).toEqual([1, 0]);
    store.close();
  }, 60_000);
});
