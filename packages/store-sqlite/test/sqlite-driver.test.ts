import type { Change, Filter, JsonObject, StoreDriver } from "@ttasks/core";
import { MapDriver } from "@ttasks/testkit";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Connection } from "../src/connection.ts";
import { openLedger } from "../src/open-ledger.ts";
import { SqliteDriver } from "../src/sqlite-driver.ts";

const KINDS = ["task", "graph", "lease", "log"];
const STATUSES = ["pending", "running", "done", "\ud800"];
const TYPES = ["bash", "http", "\0", "\udfff"];
/** Few ids, so that changes meet; among them the ones that SQLite would mix up. */
const IDS = [
  "a",
  "b",
  "c",
  "A",
  "a ",
  "",
  "a\0b",
  "a\0c",
  "\ud800",
  "\udc00",
  "\ufffd",
  "\0json:",
  '\0json:"\\ud800"',
  "o'k \"%_",
  "📦",
  "__proto__",
];

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.constantFrom(...IDS), fc.constant("\ud83d lone"));
const json = fc.jsonValue({ maxDepth: 2, noUnicodeString: false }) as fc.Arbitrary<JsonObject[string]>;
const entry = fc.record(
  { id: text, after: fc.array(text, { maxLength: 2 }), finally: fc.boolean() },
  { requiredKeys: ["id", "after"] },
);
const document = fc.record(
  {
    title: text,
    status: fc.constantFrom(...STATUSES),
    type: fc.constantFrom(...TYPES),
    payload: json,
    tasks: fc.oneof(fc.array(entry, { maxLength: 4 }), fc.array(json, { maxLength: 3 }), json),
    result: fc.record({
      output: fc.oneof(text, fc.constant("long\0".repeat(20_000))),
      stderr: fc.constant("long\0".repeat(20_000)),
    }),
  },
  { requiredKeys: ["title"] },
);
/** Some come often, so that changes of one document follow each other. */
const kind = fc.constantFrom("task", "task", "graph", "graph", ...KINDS);
const id = fc.oneof(fc.constantFrom("a", "\ud800"), fc.constantFrom(...IDS));
const revision = fc.integer({ min: 0, max: 3 });
const put = fc
  .record({
    kind,
    id,
    revision,
    document,
    ifRevision: fc.option(fc.option(revision, { nil: null }), { nil: undefined }),
  })
  .map((change): Change => ({
    op: "put",
    ...change,
    document: { ...change.document, id: change.id, revision: change.revision } as JsonObject,
  }));
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 12, arbitrary: put },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("delete" as const), kind, id }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("clear" as const), kind }) },
);
const filter = fc.record(
  {
    status: fc.array(fc.constantFrom(...STATUSES), { maxLength: 3 }),
    type: fc.constantFrom(...TYPES),
    limit: fc.integer({ min: 0, max: 4 }),
  },
  { requiredKeys: [] },
);
type Step =
  | { readonly call: "write"; readonly changes: readonly Change[] }
  | { readonly call: "read"; readonly kind: string; readonly ids: readonly string[] }
  | { readonly call: "scan" | "count"; readonly kind: string; readonly filter: Filter }
  | { readonly call: "keys"; readonly kind: string };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ call: fc.constant("write" as const), changes: fc.array(change, { maxLength: 6 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ call: fc.constant("read" as const), kind, ids: fc.uniqueArray(id, { maxLength: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ call: fc.constantFrom("scan" as const, "count" as const), kind, filter }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constant("keys" as const), kind }) },
);

describe("the SQLite driver", () => {
  const connection = openLedger(":memory:", { durability: "full", busyTimeoutMs: 0 });
  afterAll(() => connection.close());

  it("does what a Map of documents does", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const driver = emptied(connection);
        const model = new MapDriver();
        for (const one of steps) expect(answer(driver, one)).toEqual(answer(model, one));
        for (const one of KINDS) expect([...driver.scan(one, {})]).toEqual([...model.scan(one, {})]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("walks over more documents than a page has, while others are written and removed", () => {
    const driver = emptied(connection);
    const ids = Array.from({ length: 1_203 }, (_, index) => `task ${index}`);
    driver.write(ids.map((one) => putOf(one)));
    const seen: unknown[] = [];
    for (const { id: one } of driver.scan("task", {})) {
      seen.push(one);
      if (one === "task 0") driver.write([{ op: "delete", kind: "task", id: "task 1202" }]);
      if (one === "task 3") driver.write([{ op: "delete", kind: "task", id: "task 4" }]);
      if (one === "task 1") driver.write([putOf("one more")]);
      if (one === "task 2")
        driver.write([
          { ...putOf("task 1100"), revision: 7, ifRevision: 1, document: { id: "task 1100", revision: 7 } },
        ]);
    }
    expect(seen).toEqual([...ids.slice(0, 4), ...ids.slice(5, -1), "one more"]);
    expect([...driver.keys("task")]).toEqual(seen);
    expect(driver.read("task", ["task 1100"])).toEqual([{ id: "task 1100", revision: 7 }]);
  });

  it("reads very many ids at once", () => {
    const driver = emptied(connection);
    const ids = Array.from({ length: 1_203 }, (_, index) => `task ${index}`);
    driver.write(ids.map((one) => putOf(one)));
    expect(driver.read("task", [...ids, "missing", ...ids])).toHaveLength(1_203);
    expect(driver.read("task", [])).toEqual([]);
  });

  it("reads a page of a few documents where they are large", () => {
    const driver = emptied(connection);
    const output = "x".repeat(5_000_000);
    driver.write(["a", "b", "c"].map((one) => ({ ...putOf(one), document: { id: one, revision: 1, output } })));
    const walk = driver.scan("task", {});
    expect(walk.next().value).toMatchObject({ id: "a" });
    driver.write([{ op: "delete", kind: "task", id: "c" }]);
    // The third one was not read in advance.
    expect(Array.from(walk, ({ id: one }) => one)).toEqual(["b"]);
  });

  it("leaves nothing of a transaction that fails", () => {
    const driver = emptied(connection);
    const circular: Record<string, JsonObject> = {};
    circular["self"] = circular;
    const bad: Change = { ...putOf("bad"), document: circular };
    expect(() => driver.write([putOf("good"), bad])).toThrow(
      /The document of task "bad" in the ledger ":memory:" cannot be stored: Converting circular/,
    );
    expect(() => driver.write([bad])).toThrow(expect.objectContaining({ code: "bad_document" }));
    expect(driver.count("task", {})).toBe(0);
    driver.write([putOf("good")]);
    expect(driver.count("task", {})).toBe(1);
  });

  it.each(["task", "lease"])(
    "moves a %s on by its id, whatever row others have put in the place of its own",
    (kindOf) => {
      const driver = emptied(connection);
      const other = new SqliteDriver(connection);
      const moved = (of: string): Change => ({
        ...{ ...putOf(of, kindOf), revision: 2, ifRevision: 1 },
        document: { id: of, revision: 2 },
      });
      // The rows of a transaction that failed are used again.
      expect(() =>
        driver.write([putOf("a", kindOf), { ...putOf("b", kindOf), document: { n: 1n as never } }]),
      ).toThrow();
      other.write([putOf("c", kindOf)]);
      expect(driver.write([moved("a")])).toEqual([0]);
      driver.write([putOf("a", kindOf)]);
      other.write([{ op: "delete", kind: kindOf, id: "a" }, putOf("d", kindOf), putOf("a", kindOf)]);
      expect(driver.write([moved("a"), moved("a"), moved("missing")])).toEqual([1, 2]);
      expect([...driver.scan(kindOf, {})]).toEqual([
        { id: "c", revision: 1 },
        { id: "d", revision: 1 },
        { id: "a", revision: 2 },
      ]);
    },
  );

  it("names the document whose row is damaged", () => {
    const driver = emptied(connection);
    driver.write([
      putOf('the "first"'),
      { ...putOf("second"), document: { id: "second", revision: 1, output: "x".repeat(100_000) } },
    ]);
    connection.database.exec(`UPDATE tasks SET document = '{"id": ' WHERE seq = (SELECT min(seq) FROM tasks)`);
    connection.database.exec("UPDATE tasks SET texts = 'short' WHERE texts IS NOT NULL");
    expect(() => driver.read("task", ['the "first"'])).toThrow(
      /The document of task "the "first"" in the ledger ":memory:" is damaged: /,
    );
    expect(() => driver.read("task", ["second"])).toThrow(
      /The document of task "second" .* is damaged: a long text of it is missing/,
    );
    driver.write([{ ...putOf("g", "graph"), document: { id: "g", revision: 1, tasks: [{ id: "a" }] } }]);
    connection.database.exec("UPDATE graph_tasks SET entry = '{'");
    expect(() => driver.read("graph", ["g"])).toThrow(
      /The document of graph "g" in the ledger ":memory:" is damaged: /,
    );
    expect(() => [...driver.scan("task", {})]).toThrow(expect.objectContaining({ code: "bad_document" }));
  });

  it("writes only what is new of a graph that has grown", () => {
    const driver = emptied(connection);
    const tasks = Array.from({ length: 50 }, (_, index) => ({ id: `t${index}`, after: [] }));
    const graph = (size: number, of: number): Change => ({
      ...putOf("g", "graph"),
      revision: of,
      document: { id: "g", revision: of, tasks: tasks.slice(0, size) },
    });
    const written = (work: () => void): number => {
      const total = (): number => (connection.database.prepare("SELECT total_changes() AS n").get() as { n: number }).n;
      const before = total();
      work();
      return total() - before;
    };
    expect(written(() => driver.write([graph(40, 1)]))).toBe(41);
    expect(written(() => driver.write([graph(50, 2)]))).toBe(11);
    expect(written(() => driver.write([graph(30, 3)]))).toBe(21);
    expect(driver.read("graph", ["g"])).toEqual([{ id: "g", revision: 3, tasks: tasks.slice(0, 30) }]);
    driver.write([{ op: "delete", kind: "graph", id: "g" }]);
    expect(connection.database.prepare("SELECT * FROM graph_tasks").all()).toEqual([]);
  });

  it("finds by status without sorting the rest of the ledger", () => {
    const plan = connection.database
      .prepare(
        "EXPLAIN QUERY PLAN SELECT seq FROM tasks WHERE status = ? AND seq > ? UNION ALL SELECT seq FROM tasks WHERE status = ? AND seq > ? ORDER BY seq LIMIT 9",
      )
      .all("done", 1, "failed", 1) as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join("; ")).not.toMatch(/TEMP B-TREE|SCAN/);
  });
});

function putOf(of: string, kindOf = "task"): Extract<Change, { op: "put" }> {
  return { op: "put", kind: kindOf, id: of, revision: 1, document: { id: of, revision: 1 } };
}

function emptied(connection: Connection): SqliteDriver {
  const driver = new SqliteDriver(connection);
  driver.write(KINDS.map((one) => ({ op: "clear", kind: one })));
  return driver;
}

/** What a driver says, free of what it may choose. */
function answer(driver: StoreDriver<"sync">, one: Step): unknown {
  if (one.call === "write") return driver.write(one.changes);
  if (one.call === "read")
    return driver
      .read(one.kind, one.ids)
      .map((found) => JSON.stringify(found["id"]))
      .sort();
  if (one.call === "keys") return [...driver.keys(one.kind)];
  return one.call === "count" ? driver.count(one.kind, one.filter) : [...driver.scan(one.kind, one.filter)];
}
