import { TaskExecutor, type HandlerContext, type LogEntry, type Store, type Task, type TaskLogs } from "@ttasks/core";
import { SAMPLE_TYPE, sampleTask } from "../fixtures/sample-tasks.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** How long a test waits for what is to come soon. */
const PATIENCE_MS = 2_000;
const SMALL_LOG = 64;

/** What tasks have printed. Left out for a store that keeps no logs. */
export function testLogs(suite: StoreSuite): void {
  testKeeping(suite);
  testLimits(suite);
  testRemoval(suite);
  testFollowing(suite);
  if (suite.contract.reopen) testLogReopening(suite);
}

function testKeeping({ test, check }: StoreSuite): void {
  test("what a task prints is kept, both streams in order, by attempt, stream and lines", async (store) => {
    const before = Date.now();
    const task = await printing(store, ({ output }) => {
      output("one\ntwo\n");
      output("a warning\n", "stderr");
      output("three\n");
    });
    const entries = await logsOf(store).read(task.id);
    check(
      entries.map(({ attempt, stream, text }) => [attempt, stream, text]),
      [
        [1, "stdout", "one\ntwo\n"],
        [1, "stderr", "a warning\n"],
        [1, "stdout", "three\n"],
      ],
      "`logs.read` must give what `gatherLogs` appends, in the order of the chunks' numbers",
    );
    check(
      entries.every(({ time }) => time.getTime() >= before && time.getTime() <= Date.now()),
      true,
      "an entry must have the time of its chunk to the millisecond",
    );
    const read = async (query: Parameters<TaskLogs["read"]>[1]): Promise<string[]> =>
      textsOf(await logsOf(store).read(task.id, query));
    check(await read({ stream: "stderr" }), ["a warning\n"], "`logs.read` must heed `stream`");
    check(await read({ attempt: 2 }), [], "`logs.read` must heed `attempt`");
    check(await read({ tail: 2 }), ["a warning\n", "three\n"], "`logs.read` must give the last lines for `tail`");
  });

  test("what a task prints is kept exactly", async (store) => {
    const text = `Grüße 👩‍👩‍👧 \ud800 half a pair, \0 \u001b[31m \ufeff \r\n${"long ".repeat(20_000)}`;
    const task = await printing(store, ({ output }) => output(text));
    check(
      textsOf(await logsOf(store).read(task.id)).join(""),
      text,
      "a log must come back as it was: keep `bytes` as bytes, all of them",
    );
  });

  test("what a task has printed is stored by the time that its end is told", async (store) => {
    const executor = new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: ({ output }) => output("last words") } });
    const looks: Promise<string[]>[] = [];
    executor.events.subscribe(({ task, status }) => {
      if (status === "done") looks.push(Promise.resolve(logsOf(store).read(task.id)).then(textsOf));
    });
    await Promise.all([sampleTask("one"), sampleTask("two")].map((task) => executor.execute(task)));
    check(
      await Promise.all(looks),
      [["last words"], ["last words"]],
      "what is appended before a state is saved must be stored no later than that state",
    );
  });
}

function testLimits({ test, check }: StoreSuite): void {
  test("of a task that prints more than is kept, the beginning and the newest end are stored", async (store) => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\n`);
    const task = await printing(
      store,
      async ({ output }) => {
        for (const line of lines) {
          output(line);
          // Each of a few parts is written on its own.
          if (line.endsWith("9\n")) await pause(70);
        }
      },
      SMALL_LOG,
    );
    const entries = await logsOf(store).read(task.id);
    const gap = entries.findIndex(({ omittedBytes }) => omittedBytes !== undefined);
    const [head, tail] = [entries.slice(0, gap), entries.slice(gap)].map((part) => textsOf(part).join(""));
    const whole = lines.join("");
    const kept = `${head}${tail}`;
    check(
      [gap > 0, whole.startsWith(`${head}`), whole.endsWith(`${tail}`), kept.length <= SMALL_LOG],
      [true, true, true, true],
      "the chunks that are `outdated` must be removed, and no others",
    );
    check(
      kept.length + (entries[gap]?.omittedBytes ?? 0),
      whole.length,
      "`start` must come back as it was: what is left out is counted by it",
    );
  });
}

function testRemoval({ test, check, contract }: StoreSuite): void {
  const removals: readonly (readonly [string, (store: Store, task: Task) => unknown])[] = [
    ["deleted", (store, task) => store.tasks.delete(task)],
    ["cleared away", (store) => store.tasks.clear()],
    ["pruned", (store) => store.prune?.({ olderThan: new Date(Date.now() + 60_000) })],
  ];
  for (const [manner, remove] of removals.slice(0, (contract.abilities.prunes ?? true) ? 3 : 2))
    test(`the log of a task that is ${manner} is gone, also when the task is saved again`, async (store) => {
      const task = await printing(store, ({ output }) => output("printed"));
      await remove(store, task);
      check(
        errorKind(await thrownBy(() => logsOf(store).read(task.id))),
        "missing_task",
        "`logs.read` must reject for a task that is not stored",
      );
      await store.tasks.save(task);
      check(await logsOf(store).read(task.id), [], "a log must go with its task");
    });

  test("what a task prints after it was deleted is not kept, and no error", async (store) => {
    const print = async ({ task, output }: HandlerContext): Promise<void> => {
      await store.tasks.delete(task);
      output("nobody reads it");
      await pause(70);
    };
    const executor = new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: print } });
    const task = sampleTask("deleted");
    await executor.execute(task);
    check(executor.persistenceErrors, [], "to append to the log of a task that is not stored must do nothing");
    check(await logsOf(store).read(task.id), [], "nothing may be kept for a task that is not stored");
  });

  test("the logs of other tasks and of graphs' members stay when one is deleted", async (store) => {
    const [one, other] = [
      await printing(store, ({ output }) => output("one")),
      await printing(store, ({ output }) => output("other")),
    ];
    await store.tasks.delete(one);
    await store.graphs.clear();
    check(textsOf(await logsOf(store).read(other.id)), ["other"], "only the log of the deleted task may go");
  });
}

function testFollowing({ test, check }: StoreSuite): void {
  test("a log is followed while its task runs, to the end of the attempt", async (store) => {
    const task = sampleTask("printing");
    await store.tasks.save(task);
    const walk = logsOf(store).follow(task.id);
    const seen: string[] = [];
    let wake: () => void = () => undefined;
    const following = (async () => {
      for await (const { text } of walk) {
        seen.push(text);
        wake();
      }
    })();
    const handler = async ({ output }: HandlerContext): Promise<void> => {
      output("first\n");
      // It ends when the first line was seen: live, that is.
      await Promise.race([new Promise<void>((resolve) => (wake = resolve)), pause(PATIENCE_MS)]);
      seen.push("(still running)");
      output("last\n");
    };
    await new TaskExecutor({ store, handlers: { [SAMPLE_TYPE]: handler } }).execute(task);
    await following;
    check(
      seen,
      ["first\n", "(still running)", "last\n"],
      "`logs.follow` must give entries as they are stored, and all of them before it ends",
    );
  });

  test("to follow a log ends at once when its signal is aborted", async (store) => {
    const task = sampleTask("pending");
    await store.tasks.save(task);
    const controller = new AbortController();
    const next = thrownBy(() => logsOf(store).follow(task.id, { signal: controller.signal }).next());
    controller.abort(new Error("enough"));
    check(
      String(await Promise.race([next, pause(PATIENCE_MS)])),
      "Error: enough",
      "`logs.follow` must throw the reason of its signal as soon as that is aborted",
    );
  });
}

function testLogReopening({ test, check, contract }: StoreSuite): void {
  test("a log outlives the closing of the store", async (store) => {
    const task = await printing(store, ({ output }) => output("printed"));
    const again = await contract.reopen!(store);
    check(textsOf(await logsOf(again).read(task.id)), ["printed"], "logs must be stored with their tasks");
    await contract.close?.(again);
  });
}

function logsOf(store: Store): TaskLogs {
  if (!store.logs?.writer)
    throw new TypeError("The store keeps no logs: write `logs`, or declare the ability `logs: false`");
  return store.logs;
}

async function printing(
  store: Store,
  print: (context: HandlerContext) => unknown,
  maxLogBytes?: number,
): Promise<Task> {
  const task = sampleTask("printing");
  await new TaskExecutor({ store, maxLogBytes, handlers: { [SAMPLE_TYPE]: print } }).execute(task);
  return task;
}

function textsOf(entries: readonly LogEntry[]): string[] {
  return entries.map(({ text }) => text);
}

async function pause(ms: number): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return "nothing happened";
}
