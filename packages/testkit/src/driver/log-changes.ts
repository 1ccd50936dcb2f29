import type { JsonObject, LogChange, LogChunk, LogDriver, LogFilter, StoreDriver } from "@ttasks/core";
import { thrownBy } from "../test-api.ts";
import type { DriverSuite } from "./driver-suite.ts";
import { idsOf, put } from "./sample-changes.ts";

/** What tasks print. Left out for a driver that keeps no logs. */
export function testLogChanges(suite: DriverSuite): void {
  testChunks(suite);
  testOneTransaction(suite);
}

function testChunks({ test, check }: DriverSuite): void {
  test("chunks of a log come back as they were, by attempt and number", async (driver) => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index);
    const first = chunk(1, { bytes: bytes.subarray(20, 290), at: 1_900_000_000_123.5, start: 6_000_000_000 });
    const second = chunk(2, { stream: "stderr" });
    const later = chunk(1, { attempt: 2 });
    await logs(driver).write([put("a"), log("a", [first]), log("a", [second]), log("a", [later])]);
    check(
      await read(driver, "a"),
      [first, second, later].map(plain),
      "`logs.read` must give each field as it was, in order",
    );
    check(await read(driver, "a", { attempt: 2 }), [plain(later)], "`logs.read` must heed `attempt`");
    check(await read(driver, "a", { attempt: 1, after: 1 }), [plain(second)], "`logs.read` must heed `after`");
    check(await read(driver, "nobody"), [], "`logs.read` must give nothing for a task that is not stored");
  });

  test("outdated chunks of a log are removed, and no others", async (driver) => {
    const chunks = [1, 2, 3, 4].map((number) => chunk(number));
    await logs(driver).write([put("a"), log("a", chunks), log("a", [chunk(2, { attempt: 2 })])]);
    await logs(driver).write([{ ...log("a", [chunk(5)]), outdated: { from: 2, to: 4 } }]);
    check(
      (await read(driver, "a")).map(({ attempt, number }) => [attempt, number]),
      [
        [1, 1],
        [1, 4],
        [1, 5],
        [2, 2],
      ],
      "`outdated` is from `from` up to, and without, `to`, of one attempt",
    );
  });

  test("a chunk that is written a second time takes the place of the first", async (driver) => {
    await logs(driver).write([put("a"), log("a", [chunk(1), chunk(2)])]);
    const error = await thrownBy(() => logs(driver).write([log("a", [chunk(1), chunk(2), chunk(3)])]));
    check(
      [error, (await read(driver, "a")).map(({ number }) => number)],
      [undefined, [1, 2, 3]],
      "a chunk whose number is stored must replace it: a write whose outcome is not known is made again",
    );
  });

  test("the log of a task that is not stored is skipped", async (driver) => {
    const skipped = await logs(driver).write([log("nobody", [chunk(1)]), put("a"), log("a", [chunk(1)])]);
    await driver.write([put("nobody")]);
    check(
      [skipped, await read(driver, "nobody"), (await read(driver, "a")).length],
      [[0], [], 1],
      "`logs.write` must return the index of a log whose task is not stored, and keep nothing of it",
    );
  });
}

function testOneTransaction({ test, check }: DriverSuite): void {
  test("a log goes with its task, whoever removes that", async (driver) => {
    for (const remove of [{ op: "delete", kind: "task", id: "a" } as const, { op: "clear", kind: "task" } as const]) {
      await logs(driver).write([put("a"), put("b", { kind: "graph" }), log("a", [chunk(1)])]);
      await driver.write([{ op: "clear", kind: "graph" }]);
      check((await read(driver, "a")).length, 1, "a log must stay when documents of another kind are removed");
      await driver.write([remove]);
      await driver.write([put("a")]);
      check(await read(driver, "a"), [], `\`${remove.op}\` must remove the log with the task`);
    }
  });

  test("logs and documents are written together or not at all", async (driver) => {
    await logs(driver).write([put("a"), log("a", [chunk(1), chunk(2)])]);
    const unstorable = {
      toJSON: () => {
        throw new Error("This document cannot be written, as planned");
      },
    } as unknown as JsonObject;
    const changes = [
      { ...log("a", [chunk(3)]), outdated: { from: 1, to: 2 } },
      put("b"),
      put("c", { fields: { payload: unstorable } }),
    ];
    check(
      (await thrownBy(() => logs(driver).write(changes))) !== undefined,
      true,
      "`logs.write` must throw when a document cannot be written",
    );
    check(
      [(await read(driver, "a")).map(({ number }) => number), await idsOf(driver)],
      [[1, 2], ["a"]],
      "`logs.write` must be one transaction: roll back logs and documents when anything throws",
    );
  });
}

function logs(driver: StoreDriver): LogDriver {
  if (!driver.logs) throw new TypeError("The driver has no `logs`: write them, or do not declare `logs: true`");
  return driver.logs;
}

/** With bytes that any test runner compares. */
function plain(stored: LogChunk): object {
  const { attempt, number, stream, at, start, bytes } = stored;
  return { attempt, number, stream, at, start, bytes: Array.from(bytes) };
}

async function read(driver: StoreDriver, id: string, filter: LogFilter = {}): Promise<LogChunk[]> {
  return (await logs(driver).read(id, filter)).map((each) => plain(each) as LogChunk);
}

function log(id: string, chunks: readonly LogChunk[]): LogChange {
  return { op: "log", kind: "task", id, attempt: chunks[0]?.attempt ?? 1, chunks };
}

function chunk(number: number, fields: Partial<LogChunk> = {}): LogChunk {
  const bytes = new TextEncoder().encode(`chunk ${number}\n`);
  return { attempt: 1, number, stream: "stdout", at: 1_900_000_000_000, start: number * 8, bytes, ...fields };
}
