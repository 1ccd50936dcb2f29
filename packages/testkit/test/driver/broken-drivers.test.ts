import { asyncDriver, describeDriver, MapDriver, type DriverContract } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";
import { collectFailures, expectCaught } from "../collect-failures.ts";
import * as faulty from "../faulty-drivers.ts";
import * as logs from "../faulty-logs.ts";

/** What is wrong with a driver, and the tests that fail for it, each with words of its advice. */
interface Fault {
  readonly is: string;
  readonly create: DriverContract["create"];
  readonly caughtBy: Readonly<Record<string, string>>;
}

const HEED = "heed `revision` and `ifRevision`";
const SKIPPED = "`write` must return the index of each put that was skipped";
const WALK = "documents can be written while a walk is open";

const FAULTS: readonly Fault[] = [
  {
    is: "ignores ifRevision",
    create: () => new faulty.UnconditionalDriver(),
    caughtBy: {
      "over revision 3, a put that expects a lower revision is skipped": HEED,
      "over revision 3, a put that expects a higher revision is skipped": HEED,
      "over revision 3, a put that expects nothing to be stored is skipped": HEED,
      "over revision 3, a put that expects the stored revision is done whatever its own": HEED,
      "over nothing, puts are done unless they expect a revision": "`ifRevision: null` holds when nothing is stored",
      "a put that expects a revision of a document that was deleted is skipped":
        "a delete must take the revision with it",
    },
  },
  {
    is: "does not roll back",
    create: () => new faulty.PiecemealDriver(),
    caughtBy: { "a write that fails half-way changes nothing": "`write` must be one transaction: roll back" },
  },
  {
    is: "pages by position",
    create: () => new faulty.PagingDriver(),
    caughtBy: {
      [WALK]: "read it in pages, by the place of the last one",
    },
  },
  {
    is: "refuses writes while a walk is open",
    create: () => new faulty.LockingDriver(),
    caughtBy: { [WALK]: "leave no cursor open in between" },
  },
  {
    is: "leaves the cursor of a walk that was left open",
    create: () => new faulty.LeakingDriver(),
    caughtBy: {
      "a walk may be left early": "a walk that was left must hold nothing back: give its cursor back",
    },
  },
  {
    is: "moves a document that is put again",
    create: () => new faulty.ReorderingDriver(),
    caughtBy: {
      "the order is that of the first put, kept on the next": "a put over a stored document must keep its place",
      [WALK]: "reach each document once",
    },
  },
  {
    is: "counts without the limit",
    create: () => new faulty.UnlimitedDriver(),
    caughtBy: { "scan and count go by every field of a filter": '`count` must heed {"limit":2}' },
  },
  {
    is: "does not tell that a delete found nothing",
    create: () => new faulty.MuteDriver(),
    caughtBy: {
      "a delete of what is not stored counts as skipped": "must return the index of a delete that found nothing",
    },
  },
  {
    is: "does not tell what it skipped",
    create: () => new faulty.SilentDriver(),
    caughtBy: {
      "over revision 3, a put of the stored revision without a condition is skipped": SKIPPED,
      "over revision 3, a put of a lower revision without a condition is skipped": SKIPPED,
      "over revision 3, a put that expects a lower revision is skipped": SKIPPED,
      "over revision 3, a put that expects a higher revision is skipped": SKIPPED,
      "over revision 3, a put that expects nothing to be stored is skipped": SKIPPED,
      "over nothing, puts are done unless they expect a revision": "a number does not",
      "a put that is skipped does not undo the others": "skips its own change only",
      "a put that expects a revision of a document that was deleted is skipped":
        "a delete must take the revision with it",
      "a delete of what is not stored counts as skipped": "must return the index of a delete that found nothing",
    },
  },
  {
    is: "gives answers of before",
    create: () => new faulty.CachingDriver(),
    caughtBy: { "reads see the write before them": "must see what `write` has done" },
  },
  {
    is: "keeps times as texts",
    create: () => faulty.createDatingDriver(),
    caughtBy: {
      "read gives numbers, times among them, as numbers": "a time is a number of milliseconds, not a text or a Date",
      "scan and count go by every field of a filter": '`scan` must heed {"createdAfter":10}',
    },
  },
  {
    is: "clears every kind",
    create: () => new faulty.SweepingDriver(),
    caughtBy: {
      "clear removes the documents of its kind only, and is never skipped":
        "`clear` must remove all documents of its kind",
    },
  },
  {
    is: "takes few ids at once",
    create: () => new faulty.NarrowDriver(),
    caughtBy: { "read takes very many ids at once": "ask in portions" },
  },
  {
    is: "keeps logs as text",
    create: () => logs.createTextualLogDriver(),
    caughtBy: { "chunks of a log come back as they were, by attempt and number": "each field as it was" },
  },
  {
    is: "reads the logs of all attempts",
    create: () => new logs.UnfilteredLogDriver(),
    caughtBy: { "chunks of a log come back as they were, by attempt and number": "`logs.read` must heed `attempt`" },
  },
  {
    is: "keeps chunks of logs that are outdated",
    create: () => logs.createHoardingLogDriver(),
    caughtBy: { "outdated chunks of a log are removed, and no others": "`outdated` is from `from` up to" },
  },
  {
    is: "refuses a chunk of a log that it has",
    create: () => new logs.RefusingLogDriver(),
    caughtBy: { "a chunk that is written a second time takes the place of the first": "must replace it" },
  },
  {
    is: "keeps logs of tasks that are not stored",
    create: () => new logs.OrphanKeepingDriver(),
    caughtBy: { "the log of a task that is not stored is skipped": "keep nothing of it" },
  },
  {
    is: "leaves logs behind",
    create: () => new logs.ForgetfulLogDriver(),
    caughtBy: { "a log goes with its task, whoever removes that": "must remove the log with the task" },
  },
  {
    is: "does not roll back logs",
    create: () => new faulty.PiecemealDriver(),
    caughtBy: {
      "a write that fails half-way changes nothing": "`write` must be one transaction: roll back",
      "logs and documents are written together or not at all": "roll back logs and documents",
    },
  },
  {
    is: "does not roll back, behind promises",
    create: () => asyncDriver(new faulty.PiecemealDriver()),
    caughtBy: { "a write that fails half-way changes nothing": "`write` must be one transaction: roll back" },
  },
];

describe("a broken driver is caught by the tests that name its fault, and by no others: one that", () => {
  for (const { is, create, caughtBy } of FAULTS) {
    it(is, async () => {
      // Those whose fault is in documents only are not asked for logs.
      const hasLogs = is.includes("log");
      expectCaught(await collectFailures((api) => describeDriver(api, { create, logs: hasLogs })), caughtBy);
    });
  }
});

it("a driver that is whole passes", async () => {
  const failures = await collectFailures((api) => describeDriver(api, { create: () => new MapDriver(), logs: true }));
  expect([...failures]).toEqual([]);
});

it("a driver without logs is told to write them, or not to declare them", async () => {
  const create = (): MapDriver => Object.assign(new MapDriver(), { logs: undefined });
  const failures = await collectFailures((api) => describeDriver(api, { create, logs: true }));
  expect(failures.get("a log goes with its task, whoever removes that")).toContain("do not declare `logs: true`");
  expect(await collectFailures((api) => describeDriver(api, { create }))).toEqual(new Map());
});
