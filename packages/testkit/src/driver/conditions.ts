import type { DriverSuite } from "./driver-suite.ts";
import { documentOf, idsOf, put, type SamplePut } from "./sample-changes.ts";

const PUTS: readonly (SamplePut & { readonly title: string; readonly isDone: boolean })[] = [
  { title: "of a higher revision without a condition is done", revision: 4, isDone: true },
  { title: "of the stored revision without a condition is skipped", revision: 3, isDone: false },
  { title: "of a lower revision without a condition is skipped", revision: 2, isDone: false },
  { title: "that expects the stored revision is done", revision: 4, ifRevision: 3, isDone: true },
  { title: "that expects the stored revision is done whatever its own", revision: 2, ifRevision: 3, isDone: true },
  { title: "that expects a lower revision is skipped", revision: 9, ifRevision: 2, isDone: false },
  { title: "that expects a higher revision is skipped", revision: 9, ifRevision: 4, isDone: false },
  { title: "that expects nothing to be stored is skipped", revision: 9, ifRevision: null, isDone: false },
];

/** Compare-and-set by revision. */
export function testConditions({ test, check }: DriverSuite): void {
  for (const { title, isDone, ...fields } of PUTS) {
    test(`over revision 3, a put ${title}`, async (driver) => {
      await driver.write([put("a", { revision: 3, fields: { title: "old" } })]);
      const skipped = await driver.write([put("a", { ...fields, fields: { title: "new" } })]);
      const expected = isDone ? "done" : "skipped";
      check(
        (await documentOf(driver, "a"))?.["title"],
        isDone ? "new" : "old",
        `this put must be ${expected}: heed \`revision\` and \`ifRevision\``,
      );
      check(skipped, isDone ? [] : [0], "`write` must return the index of each put that was skipped, and no other");
    });
  }

  test("over nothing, puts are done unless they expect a revision", async (driver) => {
    const skipped = await driver.write([
      put("a"),
      put("b", { ifRevision: null }),
      put("c", { ifRevision: 1, revision: 2 }),
      put("d", { revision: 7 }),
    ]);
    check(
      [skipped, await idsOf(driver)],
      [[2], ["a", "b", "d"]],
      "`ifRevision: null` holds when nothing is stored, a number does not",
    );
  });

  test("a put that is skipped does not undo the others", async (driver) => {
    await driver.write([put("a", { revision: 5 })]);
    const skipped = await driver.write([put("b"), put("a", { revision: 2 }), put("c")]);
    check(
      [skipped, await idsOf(driver)],
      [[1], ["a", "b", "c"]],
      "a condition that does not hold skips its own change only",
    );
  });

  test("a put that expects a revision of a document that was deleted is skipped", async (driver) => {
    await driver.write([put("a")]);
    await driver.write([{ op: "delete", kind: "task", id: "a" }]);
    check(
      await driver.write([put("a", { revision: 2, ifRevision: 1 })]),
      [0],
      "a delete must take the revision with it",
    );
  });
}
