import type { JsonObject } from "@ttasks/core";
import { thrownBy } from "../test-api.ts";
import type { DriverSuite } from "./driver-suite.ts";
import { documentOf, idsOf, put } from "./sample-changes.ts";

/** Putting, deleting, and doing several things at once. */
export function testWrites(suite: DriverSuite): void {
  testOrder(suite);
  testTransaction(suite);
}

function testOrder({ test, check }: DriverSuite): void {
  test("the order is that of the first put, kept on the next", async (driver) => {
    await driver.write([put("c"), put("a"), put("b")]);
    await driver.write([put("c", { revision: 2 })]);
    check(await idsOf(driver), ["c", "a", "b"], "a put over a stored document must keep its place");
    await driver.write([{ op: "delete", kind: "task", id: "c" }]);
    await driver.write([put("c")]);
    check(await idsOf(driver), ["a", "b", "c"], "a put after a delete counts as the first one");
  });

  test("changes are made in their order", async (driver) => {
    const skipped = await driver.write([
      put("a"),
      { op: "clear", kind: "task" },
      put("b"),
      put("b", { revision: 2, ifRevision: 1 }),
      { op: "delete", kind: "task", id: "b" },
      put("c"),
    ]);
    check([skipped, await idsOf(driver)], [[], ["c"]], "a change must see what the ones before it did");
  });

  test("a delete of what is not stored counts as skipped", async (driver) => {
    await driver.write([put("a")]);
    const skipped = await driver.write([
      { op: "delete", kind: "task", id: "nobody" },
      { op: "delete", kind: "task", id: "a" },
    ]);
    check(
      [skipped, await idsOf(driver)],
      [[0], []],
      "`write` must return the index of a delete that found nothing, and make the others",
    );
  });

  test("clear removes the documents of its kind only, and is never skipped", async (driver) => {
    await driver.write([put("a"), put("g", { kind: "graph" })]);
    check(await driver.write([{ op: "clear", kind: "task" }]), [], "`clear` must not count as skipped");
    check(
      await driver.write([{ op: "clear", kind: "task" }]),
      [],
      "`clear` of an empty kind must not count as skipped",
    );
    check(
      [await idsOf(driver), await idsOf(driver, "graph")],
      [[], ["g"]],
      "`clear` must remove all documents of its kind and no others",
    );
  });
}

function testTransaction({ test, check }: DriverSuite): void {
  test("a write that fails half-way changes nothing", async (driver) => {
    await driver.write([put("a"), put("b")]);
    const unstorable = {
      toJSON: () => {
        throw new Error("This document cannot be written, as planned");
      },
    } as unknown as JsonObject;
    const changes = [
      put("a", { revision: 2 }),
      { op: "delete", kind: "task", id: "b" } as const,
      put("c"),
      put("d", { fields: { payload: unstorable } }),
      put("e"),
    ];
    check(
      (await thrownBy(() => driver.write(changes))) !== undefined,
      true,
      "`write` must throw when a document cannot be written",
    );
    check(await idsOf(driver), ["a", "b"], "`write` must be one transaction: roll back when anything throws");
    check(
      (await documentOf(driver, "a"))?.["revision"],
      1,
      "`write` must be one transaction: roll back when anything throws",
    );
    await driver.write([put("c")]);
    check(await idsOf(driver), ["a", "b", "c"], "the driver must be usable after a write that failed");
  });

  test("a write of no changes does nothing", async (driver) => {
    check(await driver.write([]), [], "`write([])` must return no indexes");
  });

  test("a write takes very many changes at once", async (driver) => {
    const changes = Array.from({ length: 5_000 }, (_, index) => put(`id ${index}`));
    check(await driver.write(changes), [], "`write` must take any number of changes");
    check(await driver.count("task", {}), 5_000, "`write` must make every change");
  });
}
