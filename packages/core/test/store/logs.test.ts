import {
  AsyncDocumentStore,
  DocumentStore,
  InMemoryStore,
  StoreError,
  Task,
  TaskExecutor,
  type FollowOptions,
  type LogEntry,
  type LogQuery,
  type Store,
  type StoreDriver,
} from "@ttasks/core";
import { asyncDriver, MapDriver, settle, VirtualClock } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";

const clock = new VirtualClock();
const STORES: readonly (readonly [string, () => Store])[] = [
  ["InMemoryStore", () => new InMemoryStore({ clock })],
  ["DocumentStore", () => new DocumentStore(new MapDriver(), { clock })],
  ["AsyncDocumentStore", () => new AsyncDocumentStore(asyncDriver(new MapDriver()), { clock })],
];

function logless(): StoreDriver<"sync"> {
  const driver = new MapDriver();
  return {
    read: (kind, ids) => driver.read(kind, ids),
    scan: (kind, filter) => driver.scan(kind, filter),
    keys: (kind) => driver.keys(kind),
    count: (kind, filter) => driver.count(kind, filter),
    write: (changes) => driver.write(changes),
  };
}

const texts = (entries: readonly LogEntry[]): string[] => entries.map(({ text }) => text);

describe.each(STORES)("the logs of an %s", (_name, create) => {
  /** A task that has printed some lines on both streams. */
  async function printed(): Promise<{ read(query?: LogQuery): Promise<LogEntry[]>; store: Store; task: Task }> {
    const store = create();
    const executor = TaskExecutor.empty({ store, clock }).register("any", async ({ output }) => {
      output("a\nb");
      output("err 1\n", "stderr");
      await clock.advance(60);
      output("c\nd\n");
      output("err 2\n", "stderr");
    });
    const task = new Task({ type: "any", payload: null });
    await executor.execute(task);
    return { store, task, read: async (query) => (await store.logs?.read(task.id, query)) ?? [] };
  }

  it.each<[LogQuery, string[]]>([
    [{}, ["a\nb", "err 1\n", "c\nd\n", "err 2\n"]],
    [{ stream: "stderr" }, ["err 1\n", "err 2\n"]],
    [{ attempt: 1, stream: "stdout" }, ["a\nb", "c\nd\n"]],
    [{ attempt: 2 }, []],
    [{ tail: 0 }, []],
    [{ tail: 1 }, ["err 2\n"]],
    [{ tail: 2 }, ["d\n", "err 2\n"]],
    [{ tail: 3 }, ["c\nd\n", "err 2\n"]],
    [{ tail: 4 }, ["b", "err 1\n", "c\nd\n", "err 2\n"]],
    [{ tail: 100 }, ["a\nb", "err 1\n", "c\nd\n", "err 2\n"]],
    [{ tail: 2, stream: "stdout" }, ["b", "c\nd\n"]],
  ])("%o gives the entries %o", async (query, expected) => {
    const { read } = await printed();
    expect(texts(await read(query))).toEqual(expected);
  });

  it.each<[unknown, string]>([
    [{ attempt: 0 }, "Expected `attempt` to be a whole number from 1"],
    [{ tail: -1 }, "Expected `tail` to be a whole number from 0"],
    [{ stream: "out" }, "Expected `stream` to be one of stdout, stderr"],
    [{ last: 3 }, "Unknown option `last` of logs.read; it takes attempt, stream, tail"],
  ])("a read of %o is refused at once", async (query, message) => {
    const { store, task } = await printed();
    expect(() => store.logs?.read(task.id, query as LogQuery)).toThrow(message);
    expect(() => store.logs?.read(7 as unknown as string)).toThrow("Expected `taskId` to be a string");
  });

  it.each<[unknown, string]>([
    [{ attempt: 1.5 }, "Expected `attempt` to be a whole number from 1"],
    [{ signal: {} }, "Expected `signal` to be an AbortSignal"],
    [{ tail: 3 }, "Unknown option `tail` of logs.follow; it takes attempt, signal"],
  ])("to follow with %o is refused at once", async (options, message) => {
    const { store, task } = await printed();
    expect(() => store.logs?.follow(task.id, options as FollowOptions)).toThrow(message);
  });

  it("that of a task which is not stored is a StoreError that says so", async () => {
    const { logs } = create();
    const missing = expect.objectContaining({ code: "missing_task" });
    await expect((async () => logs?.read("nobody"))()).rejects.toThrow(missing);
    await expect(logs?.follow("nobody").next()).rejects.toThrow(missing);
  });

  it("a task that has printed nothing has an empty log", async () => {
    const store = create();
    const task = Task.bash("true");
    await store.tasks.save(task);
    expect(await store.logs?.read(task.id)).toEqual([]);
  });

  it("a log is followed from its beginning to the end of its attempt, and waits for a task that is pending", async () => {
    const store = create();
    const executor = TaskExecutor.empty({ store, clock }).register("any", async ({ output }) => {
      for (const text of ["one\n", "two\n", "three\n"]) {
        output(text);
        await clock.advance(200);
      }
      output("last\n");
    });
    const task = new Task({ type: "any", payload: null });
    await store.tasks.save(task);
    const seen: string[] = [];
    const following = (async () => {
      for await (const { text } of store.logs!.follow(task.id)) seen.push(text);
    })();
    await clock.advance(1_000);
    expect(seen).toEqual([]);
    await executor.execute(task);
    expect(seen).toEqual(["one\n", "two\n", "three\n"]);
    await clock.advance(200);
    await following;
    expect(seen).toEqual(["one\n", "two\n", "three\n", "last\n"]);
    expect(clock.timerCount).toBe(0);
  });

  it("each attempt of a task that is tried again has its own log, and is followed to its own end", async () => {
    const store = create();
    let calls = 0;
    const executor = TaskExecutor.empty({ store, clock }).register("any", ({ output }) => {
      output(`try ${++calls}\n`);
      if (calls < 3) throw new Error("again");
    });
    const retry = { attempts: 3, backoffMs: 1_000, factor: 1, jitter: "none" } as const;
    const task = new Task({ type: "any", payload: null, retry });
    await store.tasks.save(task);
    const follow = async (attempt?: number): Promise<string[]> => {
      const followed: LogEntry[] = [];
      for await (const entry of store.logs!.follow(task.id, { attempt })) followed.push(entry);
      return texts(followed);
    };
    const followed = Promise.all([follow(), follow(2), follow(3)]);
    const result = executor.execute(task);
    for (let step = 0; step < 40; step++) await clock.advance(100);
    await result;
    expect(await followed).toEqual([["try 1\n"], ["try 2\n"], ["try 3\n"]]);
    expect(texts(await store.logs!.read(task.id))).toEqual(["try 1\n", "try 2\n", "try 3\n"]);
    expect(texts(await store.logs!.read(task.id, { attempt: 2 }))).toEqual(["try 2\n"]);
    // An attempt that is over, or that will not come, has nothing to wait for.
    expect(await Promise.all([follow(), follow(1), follow(9)])).toEqual([["try 3\n"], ["try 1\n"], []]);
  });

  it("goes on with the attempts after a reset, and keeps those of the newest 100 alone", async () => {
    const store = create();
    let calls = 0;
    const executor = TaskExecutor.empty({ store, clock }).register("any", ({ output }) => {
      output(`${++calls}`);
      throw new Error("again");
    });
    const task = new Task({ type: "any", payload: null });
    await store.tasks.save(task);
    for (let round = 0; round < 103; round++) {
      await executor.execute(task).catch(() => undefined);
      if (round < 102) task.reset();
    }
    const kept = (await store.logs!.read(task.id)).map(({ attempt, text }) => [attempt, text]);
    expect(kept).toEqual(task.attempts.map(({ number }) => [number, `${number}`]));
    expect(kept).toHaveLength(100);
  });

  it("a log that is complete is followed to its end at once", async () => {
    const { store, task } = await printed();
    const seen: string[] = [];
    for await (const { text } of store.logs!.follow(task.id, { attempt: 1 })) seen.push(text);
    expect(seen).toEqual(["a\nb", "err 1\n", "c\nd\n", "err 2\n"]);
    for await (const entry of store.logs!.follow(task.id, { attempt: 7 })) expect(entry).toBeUndefined();
  });

  it("an abort ends the wait at once, with the signal's reason, and leaves no timer", async () => {
    const store = create();
    const task = Task.bash("sleep 9");
    await store.tasks.save(task);
    const controller = new AbortController();
    const next = store.logs!.follow(task.id, { signal: controller.signal }).next();
    await settle();
    expect(clock.timerCount).toBe(1);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(clock.timerCount).toBe(0);
    await expect(store.logs!.follow(task.id, { signal: controller.signal }).next()).rejects.toBe(reason);
  });

  it("who leaves the walk leaves no timer behind, also while it waits", async () => {
    const { store, task } = await printed();
    for await (const entry of store.logs!.follow(task.id)) {
      expect(entry.text).toBe("a\nb");
      break;
    }
    const pending = Task.bash("sleep 9");
    await store.tasks.save(pending);
    const walk = store.logs!.follow(pending.id);
    const next = walk.next();
    await settle();
    await walk.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(clock.timerCount).toBe(0);
  });

  it("a follower is told when the task is deleted", async () => {
    const store = create();
    const task = Task.bash("sleep 9");
    await store.tasks.save(task);
    const next = store.logs!.follow(task.id).next();
    await settle();
    await store.tasks.delete(task);
    await Promise.all([
      expect(next).rejects.toThrow(expect.objectContaining({ code: "missing_task" })),
      clock.advance(100),
    ]);
  });
});

it.each([
  ["DocumentStore", () => new DocumentStore(logless())],
  ["AsyncDocumentStore", () => new AsyncDocumentStore(asyncDriver(logless()))],
])(
  "a %s over a driver that keeps no logs refuses at once to read and to follow, and says what to do",
  (_name, create) => {
    const { logs } = create();
    const refused = expect.objectContaining({
      code: "no_logs",
      message:
        'Cannot read the log of task "a": the store\'s driver keeps no logs; give it `logs` (see StoreDriver), or use a store that keeps them',
    });
    expect(() => logs.read("a")).toThrow(refused);
    expect(() => logs.follow("a")).toThrow(refused);
    expect(() => logs.follow("a")).toThrow(StoreError);
    expect(logs.writer).toBeUndefined();
  },
);
