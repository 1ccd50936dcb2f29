import type { Change, Filter, StoreDriver } from "@ttasks/core";
import { thrownBy } from "../test-api.ts";
import type { DriverSuite } from "./driver-suite.ts";
import { documentOf, idsOf, put } from "./sample-changes.ts";

const OPEN_WALK =
  "`write` must succeed while a walk is open: read a walk in pages, or all at once, and leave no cursor open in between";

/** Reading, walking and counting. */
export function testReads(suite: DriverSuite): void {
  testRead(suite);
  testScan(suite);
  testTaskFilter(suite);
  testWalks(suite);
}

function testRead({ test, check }: DriverSuite): void {
  test("read gives the document that was put", async (driver) => {
    const change = put("a", { fields: { payload: { text: "Grüße \u0000 👩‍👩‍👧", list: [1, null, true] } } });
    await driver.write([change]);
    check(await documentOf(driver, "a"), change.document, "`read` must give the document unchanged");
  });

  test("read gives numbers, times among them, as numbers", async (driver) => {
    const change = put("a", { fields: { createdAt: 1_900_000_000_123, result: { durationMs: 0.5 } } });
    await driver.write([change]);
    check(
      await documentOf(driver, "a"),
      change.document,
      "`read` must give every field as it was put: a time is a number of milliseconds, not a text or a Date",
    );
  });

  test("read leaves out ids that are not stored", async (driver) => {
    await driver.write([put("a"), put("b")]);
    const found = (await driver.read("task", ["nobody", "b", "a"])).map((document) => document["id"] as string);
    check(found.sort(), ["a", "b"], "`read` must give what is stored and leave the rest out");
    check(await driver.read("task", []), [], "`read` of no ids must give nothing");
  });

  test("read takes very many ids at once", async (driver) => {
    const ids = Array.from({ length: 40_000 }, (_, index) => `id ${index}`);
    await driver.write([put("id 7"), put("id 39999")]);
    const found: number | string = await Promise.resolve(ids)
      .then((all) => driver.read("task", all))
      .then(
        ({ length }) => length,
        (error: unknown) => String(error),
      );
    check(found, 2, "`read` must take more ids than one statement has room for: ask in portions");
  });

  test("reads see the write before them", async (driver) => {
    const look = async (): Promise<unknown[]> => [
      (await documentOf(driver, "a"))?.["revision"],
      (await idsOf(driver)).sort(),
      await driver.count("task", {}),
    ];
    const advice = "`read`, `keys` and `count` must see what `write` has done: keep no answer of before";
    await driver.write([put("a")]);
    check(await look(), [1, ["a"], 1], advice);
    await driver.write([put("a", { revision: 2 }), put("b")]);
    check(await look(), [2, ["a", "b"], 2], advice);
  });

  test("kinds are kept apart", async (driver) => {
    await driver.write([
      put("a", { kind: "task" }),
      put("a", { kind: "graph" }),
      put("b", { kind: "of a later version" }),
    ]);
    await driver.write([{ op: "delete", kind: "graph", id: "a" }]);
    check(
      [await idsOf(driver), await idsOf(driver, "graph"), await idsOf(driver, "of a later version")],
      [["a"], [], ["b"]],
      "a kind is any text, and each has its own ids",
    );
  });
}

function testScan({ test, check }: DriverSuite): void {
  test("scan and count go by every field of a filter", async (driver) => {
    await driver.write([
      put("a", { fields: { status: "done", title: "Alpha", createdAt: 10 } }),
      put("b", { fields: { status: "failed", description: "not ALPHA", createdAt: 20 } }),
      put("c", { fields: { status: "done", type: "other", title: "gamma", createdAt: 30 } }),
      put("d", { fields: { status: "pending" } }),
    ]);
    const expected: readonly (readonly [Filter, readonly string[]])[] = [
      [{}, ["a", "b", "c", "d"]],
      [{ status: ["done"] }, ["a", "c"]],
      [{ status: ["pending", "failed"] }, ["b", "d"]],
      [{ status: [] }, []],
      [{ type: "other" }, ["c"]],
      [{ status: ["done"], type: "sample" }, ["a"]],
      [{ limit: 2 }, ["a", "b"]],
      [{ status: ["done"], limit: 1 }, ["a"]],
      [{ limit: 0 }, []],
      [{ text: "alpha" }, ["a", "b"]],
      [{ createdAfter: 10 }, ["b", "c"]],
      [{ createdBefore: 30, status: ["done"] }, ["a"]],
      [{ createdAfter: 10, createdBefore: 30 }, ["b"]],
      [{ ids: new Set(["d", "b", "nobody"]) }, ["b", "d"]],
      [{ ids: new Set() }, []],
      [{ order: "desc" }, ["d", "c", "b", "a"]],
      [{ order: "desc", offset: 1, limit: 2 }, ["c", "b"]],
      [{ offset: 3, limit: 5 }, ["d"]],
      [{ offset: 9 }, []],
      [{ text: "alpha", offset: 1 }, ["b"]],
      [{ ids: new Set(["a", "b", "c"]), order: "desc", limit: 2 }, ["c", "b"]],
    ];
    for (const [filter, ids] of expected) {
      check(await scanned(driver, filter), ids, `\`scan\` must heed ${told(filter)}, in the order of first put`);
      check(await driver.count("task", filter), ids.length, `\`count\` must heed ${told(filter)}`);
    }
  });
}

function testTaskFilter({ test, check }: DriverSuite): void {
  test("scan gives at least the graphs that list a task", async (driver) => {
    const tasks = (...ids: readonly string[]): { readonly tasks: readonly { readonly id: string }[] } => ({
      tasks: ids.map((id) => ({ id })),
    });
    await driver.write([
      put("g1", { kind: "graph", fields: tasks("a", "b") }),
      put("g2", { kind: "graph", fields: tasks() }),
      put("g3", { kind: "graph", fields: tasks("b") }),
    ]);
    const found: unknown[] = [];
    for await (const document of driver.scan("graph", { task: "b" })) found.push(document["id"]);
    check(
      found.filter((id) => id !== "g2"),
      ["g1", "g3"],
      "`scan` may leave `task` of a filter out of account, but must not leave out a document that lists the task",
    );
  });
}

function testWalks({ test, check }: DriverSuite): void {
  test("documents can be written while a walk is open", async (driver) => {
    const ids = Array.from({ length: 1_500 }, (_, index) => `id ${index}`);
    await driver.write(ids.map((id) => put(id)));
    const seen: string[] = [];
    for await (const document of driver.scan("task", {})) {
      const id = document["id"] as string;
      seen.push(id);
      const changes: readonly Change[] =
        seen.length === 1 ? ["id 0", "id 1499"].map(remove) : [put(id, { revision: 2 })];
      if (seen.length % 500 === 1) check(await thrownBy(() => driver.write(changes)), undefined, OPEN_WALK);
      if (seen.length > 3_000) break;
    }
    check(
      seen,
      ids.slice(0, 1_499),
      "`scan` must reach each document once while others are written: read it in pages, by the place of the last one",
    );
  });

  test("a walk may be left early", async (driver) => {
    await driver.write([put("a"), put("b")]);
    for await (const document of driver.scan("task", {})) if (document["id"] === "a") break;
    for await (const id of driver.keys("task")) if (id === "a") break;
    const error = await thrownBy(() => driver.write([put("c")]));
    check(error, undefined, "a walk that was left must hold nothing back: give its cursor back in a `finally`");
    check(await idsOf(driver), ["a", "b", "c"], "what is written after a walk that was left must be kept");
  });
}

async function scanned(driver: StoreDriver, filter: Filter): Promise<string[]> {
  const ids: string[] = [];
  for await (const document of driver.scan("task", filter)) ids.push(document["id"] as string);
  return ids;
}

function told(filter: Filter): string {
  return JSON.stringify(filter, (_name, value: unknown) =>
    value instanceof Set ? [...(value as Set<unknown>)] : value,
  );
}

function remove(id: string): Change {
  return { op: "delete", kind: "task", id };
}
