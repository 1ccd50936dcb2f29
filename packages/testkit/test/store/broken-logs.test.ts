import { DocumentStore, gatherLogs, type LogEntry, type Store } from "@ttasks/core";
import { describeStore, MapDriver, type StoreContract } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";
import { collectFailures, expectCaught } from "../collect-failures.ts";
import * as faulty from "../faulty-logs.ts";

/** What is wrong with the logs of a store, and the tests that fail for it, each with words of its advice. */
interface Fault extends Partial<StoreContract> {
  readonly is: string;
  readonly create: () => Store;
  readonly caughtBy: Readonly<Record<string, string>>;
}

const KEPT = "what a task prints is kept, both streams in order, by attempt, stream and lines";
const EXACTLY = "what a task prints is kept exactly";
const IN_TIME = "what a task has printed is stored by the time that its end is told";
const BOUNDED = "of a task that prints more than is kept, the beginning and the newest end are stored";
const FOLLOWED = "a log is followed while its task runs, to the end of the attempt";

const FAULTS: readonly Fault[] = [
  {
    is: "keeps text in place of bytes",
    create: () => new DocumentStore(faulty.createTextualLogDriver()),
    caughtBy: { [EXACTLY]: "keep `bytes` as bytes" },
  },
  {
    is: "never removes what is outdated",
    create: () => new DocumentStore(faulty.createHoardingLogDriver()),
    caughtBy: { [BOUNDED]: "chunks that are `outdated` must be removed" },
  },
  {
    is: "reads all streams",
    create: () =>
      faulty.storeWithLogs((logs) => ({ read: (id, query) => logs.read(id, { ...query, stream: undefined }) })),
    caughtBy: { [KEPT]: "`logs.read` must heed `stream`" },
  },
  {
    is: "reads all lines",
    create: () =>
      faulty.storeWithLogs((logs) => ({ read: (id, query) => logs.read(id, { ...query, tail: undefined }) })),
    caughtBy: { [KEPT]: "the last lines for `tail`" },
  },
  {
    is: "reads times that are a second early",
    create: () =>
      faulty.storeWithLogs((logs) => {
        const early = (entry: LogEntry): LogEntry => ({ ...entry, time: new Date(entry.time.getTime() - 1_000) });
        return { read: (id, query) => logs.read(id, query).map(early) };
      }),
    caughtBy: { [KEPT]: "the time of its chunk" },
  },
  {
    is: "writes logs some time later",
    create: () =>
      faulty.storeWithLogs((_logs, append) => ({
        writer: (options) => gatherLogs((change) => void setTimeout(() => append(change), 150), options),
      })),
    caughtBy: {
      [KEPT]: "what `gatherLogs` appends",
      [EXACTLY]: "must come back as it was",
      [IN_TIME]: "no later than that state",
      [BOUNDED]: "`outdated` must be removed",
      [FOLLOWED]: "all of them before it ends",
      "the logs of other tasks and of graphs' members stay when one is deleted": "only the log of the deleted task",
    },
  },
  {
    is: "keeps the logs of tasks that are not stored",
    create: () => new DocumentStore(new faulty.OrphanKeepingDriver()),
    caughtBy: {
      "what a task prints after it was deleted is not kept, and no error": "nothing may be kept for a task",
    },
  },
  {
    is: "throws for the log of a task that is not stored",
    create: () => {
      const store: Store<"sync"> = faulty.storeWithLogs((_logs, append) => ({
        writer: (options) =>
          gatherLogs((change) => {
            if (!store.tasks.has(change.id)) throw new Error("No such task");
            append(change);
          }, options),
      }));
      return store;
    },
    caughtBy: { "what a task prints after it was deleted is not kept, and no error": "must do nothing" },
  },
  {
    is: "leaves the log behind when its task is removed",
    create: () => new DocumentStore(new faulty.ForgetfulLogDriver()),
    caughtBy: Object.fromEntries(
      ["deleted", "cleared away", "pruned"].map((manner) => [
        `the log of a task that is ${manner} is gone, also when the task is saved again`,
        "a log must go with its task",
      ]),
    ),
  },
  {
    is: "gives an empty log for a task that is not stored",
    create: () =>
      faulty.storeWithLogs((logs) => ({
        read: (id, query) => {
          try {
            return logs.read(id, query);
          } catch {
            return [];
          }
        },
      })),
    caughtBy: Object.fromEntries(
      ["deleted", "cleared away", "pruned"].map((manner) => [
        `the log of a task that is ${manner} is gone, also when the task is saved again`,
        "must reject for a task that is not stored",
      ]),
    ),
  },
  {
    is: "removes all logs with any task",
    create: () => new DocumentStore(new faulty.SweepingLogDriver()),
    caughtBy: {
      "the logs of other tasks and of graphs' members stay when one is deleted": "only the log of the deleted task",
    },
  },
  {
    is: "ends to follow with the task, and without its last words",
    create: () =>
      faulty.storeWithLogs((logs) => ({
        follow: (id, options) => {
          const walk = async function* (): AsyncGenerator<LogEntry, void, undefined> {
            let last: LogEntry | undefined;
            for await (const entry of logs.follow(id, options)) {
              if (entry.text.startsWith("last")) last = entry;
              else yield entry;
            }
            if (last?.text === "") yield last;
          };
          return walk();
        },
      })),
    caughtBy: { [FOLLOWED]: "all of them before it ends" },
  },
  {
    is: "follows without a look at the signal",
    create: () =>
      faulty.storeWithLogs((logs) => ({ follow: (id, options) => logs.follow(id, { ...options, signal: undefined }) })),
    caughtBy: { "to follow a log ends at once when its signal is aborted": "must throw the reason of its signal" },
  },
  {
    is: "gives what is followed at the end only",
    create: () =>
      faulty.storeWithLogs((logs) => ({
        follow: (id, options) => {
          const walk = async function* (): AsyncGenerator<LogEntry, void, undefined> {
            const all: LogEntry[] = [];
            for await (const entry of logs.follow(id, options)) all.push(entry);
            yield* all;
          };
          return walk();
        },
      })),
    caughtBy: { [FOLLOWED]: "must give entries as they are stored" },
  },
  {
    is: "opens again without its logs",
    create: () => new DocumentStore(new MapDriver()),
    reopen: (store) => {
      const copy = new DocumentStore(new MapDriver());
      for (const task of (store as Store<"sync">).tasks.values()) copy.tasks.save(task);
      for (const graph of (store as Store<"sync">).graphs.values()) copy.graphs.save(graph);
      return copy;
    },
    caughtBy: { "a log outlives the closing of the store": "logs must be stored with their tasks" },
  },
];

describe("a store whose logs are broken is caught by the tests that name its fault: one that", () => {
  for (const { is, caughtBy, ...contract } of FAULTS) {
    it(is, async () => {
      const whole: StoreContract = { abilities: { reads: "snapshots", logs: true }, ...contract };
      const failures = await collectFailures((api) => describeStore(api, whole));
      // What copies its tasks fails others as well.
      const titles = Object.keys(caughtBy);
      const ofLogs = [...failures].filter(([title]) => / log|print/.test(title) || titles.includes(title));
      expectCaught(new Map(ofLogs), caughtBy);
    });
  }
});

it("a store without logs is told to write them, or to declare that it has none", async () => {
  const contractOf = (logs?: boolean): StoreContract => ({
    create: () => {
      const { tasks, graphs, runs } = new DocumentStore(new MapDriver());
      return { tasks, graphs, runs };
    },
    abilities: { reads: "snapshots", records: false, prunes: false, explains: false, leases: false, logs },
  });
  const failures = await collectFailures((api) => describeStore(api, contractOf(true)));
  expect(failures.get(KEPT)).toContain("declare the ability `logs: false`");
  expect(await collectFailures((api) => describeStore(api, contractOf()))).toEqual(new Map());
});
