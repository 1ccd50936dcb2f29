import {
  DocumentStore,
  gatherLogs,
  InMemoryStore,
  Task,
  TaskExecutor,
  type AppendLog,
  type ExecutorOptions,
  type HandlerContext,
  type LogChange,
  type Store,
  type TaskLogs,
} from "@ttasks/core";
import { FailingDriver, MapDriver, settle, VirtualClock } from "@ttasks/testkit";
import { describe, expect, it } from "vitest";

type Print = (context: HandlerContext, clock: VirtualClock) => unknown;

const anyTask = (): Task => new Task({ type: "any", payload: 1 });

/** An executor over a virtual clock whose tasks do what the test says. */
function setUp(print: Print, store: Store = new InMemoryStore(), options: ExecutorOptions = {}) {
  const clock = new VirtualClock();
  const executor = TaskExecutor.empty({ store, clock, ...options }).register("any", (context) => print(context, clock));
  return { clock, executor, task: anyTask() };
}

/** What was printed, as `stream:text`, with what was left out before it. */
async function linesOf(store: Store, task: Task): Promise<string[]> {
  const entries = (await store.logs?.read(task.id)) ?? [];
  return entries.map(
    ({ stream, text, omittedBytes = 0 }) => `${omittedBytes > 0 ? `${omittedBytes}…` : ""}${stream}:${text}`,
  );
}

/** Logs of a third party's store. */
function logsWith(append: AppendLog): TaskLogs {
  const { logs } = new InMemoryStore();
  return {
    read: (id) => logs.read(id),
    follow: (id) => logs.follow(id),
    writer: (options) => gatherLogs(append, options),
  };
}

/** A driver of a store that noted what was written to it. */
class NotingDriver extends MapDriver {
  readonly writes: string[][] = [];

  override write(changes: Parameters<MapDriver["write"]>[0]): readonly number[] {
    this.writes.push(changes.map((change) => (change.op === "put" ? String(change.document["status"]) : change.op)));
    return super.write(changes);
  }
}

describe("what a task prints", () => {
  it("is in the store 50 ms later, both streams in order, with the attempt and the time", async () => {
    const store = new InMemoryStore();
    const { clock, executor, task } = setUp(async ({ output }, time) => {
      output("one ");
      output("two\n");
      output("three\n", "stderr");
      await time.advance(49);
      expect(await linesOf(store, task)).toEqual([]);
      await time.advance(1);
      expect(await linesOf(store, task)).toEqual(["stdout:one two\n", "stderr:three\n"]);
      output("four\n");
    }, store);
    const start = clock.now();
    await executor.execute(task);
    expect(store.logs.read(task.id)).toEqual([
      { attempt: 1, stream: "stdout", time: new Date(start), text: "one two\n" },
      { attempt: 1, stream: "stderr", time: new Date(start), text: "three\n" },
      { attempt: 1, stream: "stdout", time: new Date(start + 50), text: "four\n" },
    ]);
  });

  it("is written by one timer, however many tasks print, and by none once they have ended", async () => {
    const { clock, executor } = setUp(async ({ output }, time) => {
      output("printed");
      await settle();
      expect(time.timerCount).toBe(1);
    });
    await Promise.all(Array.from({ length: 5 }, () => executor.execute(anyTask())));
    expect(clock.timerCount).toBe(0);
  });

  it("is in the store by the time that its end is told", async () => {
    const store = new DocumentStore(new MapDriver());
    const { executor, task } = setUp(({ output }) => output("the last words"), store);
    const seen: string[][] = [];
    executor.events.subscribe(async ({ status }) => {
      if (status === "done") seen.push(store.logs.read(task.id).map(({ text }) => text));
    });
    await executor.execute(task);
    expect(seen).toEqual([["the last words"]]);
  });

  it("is written in one transaction with the states of its group, the end of its own task among them", async () => {
    const driver = new NotingDriver();
    const store = new DocumentStore(driver);
    const { executor } = setUp(({ output }) => output("printed"), store);
    await Promise.all([executor.execute(anyTask()), executor.execute(anyTask())]);
    expect(driver.writes).toEqual([["active"], ["running"], ["running", "done", "log"], ["done", "log"]]);
    driver.writes.length = 0;
    await executor.execute(anyTask());
    expect(driver.writes).toEqual([["running"], ["done", "log"]]);
  });

  it("is kept to the bytes that are cut between two chunks", async () => {
    const store = new InMemoryStore();
    const { executor, task } = setUp(async ({ output }, clock) => {
      for (const byte of new TextEncoder().encode("é🚀")) {
        output(Uint8Array.of(byte));
        output("|", "stderr");
        await clock.advance(60);
      }
      output(Uint8Array.of(0xf0, 0x9f));
    }, store);
    await executor.execute(task);
    const texts = store.logs.read(task.id, { stream: "stdout" }).map(({ text }) => text);
    expect(texts).toEqual(["é", "🚀", "\ufffd"]);
  });

  it("is what it was when it was printed, also in a buffer that is used again", async () => {
    const store = new InMemoryStore();
    const { executor, task } = setUp(({ output }) => {
      const buffer = Buffer.from("first");
      output(buffer);
      output(buffer.fill("x"));
    }, store);
    await executor.execute(task);
    expect(await linesOf(store, task)).toEqual(["stdout:firstxxxxx"]);
  });

  it("is not read as text by the executor while nobody listens", async () => {
    const decode = TextDecoder.prototype.decode;
    let calls = 0;
    TextDecoder.prototype.decode = function (...args) {
      calls++;
      return decode.apply(this, args);
    };
    try {
      const { executor, task } = setUp(({ output }) => output(Buffer.from("bytes")));
      await executor.execute(task);
      expect(calls).toBe(0);
    } finally {
      TextDecoder.prototype.decode = decode;
    }
  });
});

describe("the limit of a kept log", () => {
  it("leaves the beginning and the end, with how much is left out between", async () => {
    const store = new InMemoryStore();
    const { executor, task } = setUp(({ output }) => output("0123456789abcdefghij"), store, { maxLogBytes: 10 });
    await executor.execute(task);
    expect(await linesOf(store, task)).toEqual(["stdout:01234", "10…stdout:fghij"]);
    const end = { attempt: 1, stream: "stdout", text: "fghij", omittedBytes: 10 };
    expect(store.logs.read(task.id, { tail: 1 })).toEqual([expect.objectContaining(end)]);
  });

  it("leaves the newest end of a task that prints on and on, in the store as well", async () => {
    const driver = new MapDriver();
    const store = new DocumentStore(driver);
    let most = 0;
    const { executor, task } = setUp(
      async ({ output }, clock) => {
        for (let line = 0; line < 300; line++) {
          output(`line ${line}\n`);
          await clock.advance(60);
          most = Math.max(
            most,
            driver.readLog(task.id, {}).reduce((sum, { bytes }) => sum + bytes.length, 0),
          );
        }
      },
      store,
      { maxLogBytes: 400 },
    );
    await executor.execute(task);
    const text = store.logs.read(task.id).map((entry) => entry.text);
    expect(text[0]).toBe("line 0\n");
    expect(text.at(-1)).toBe("line 299\n");
    expect(most).toBeLessThanOrEqual(400);
  });

  it("counts for each attempt, and never splits a character", async () => {
    const store = new InMemoryStore();
    const { executor, task } = setUp(({ output }) => output("🚀".repeat(10)), store, { maxLogBytes: 14 });
    await executor.execute(task);
    expect(await linesOf(store, task)).toEqual(["stdout:🚀", "32…stdout:🚀"]);
  });

  it("0 keeps nothing, and calls nobody", async () => {
    const store = new InMemoryStore();
    const { clock, executor, task } = setUp(
      ({ output }, time) => {
        output("printed");
        expect(time.timerCount).toBe(0);
      },
      store,
      { maxLogBytes: 0 },
    );
    await executor.execute(task);
    expect([await linesOf(store, task), clock.timerCount]).toEqual([[], 0]);
  });

  it.each([-1, 1.5, Number.NaN, "10", Infinity])("%o is refused", (maxLogBytes) => {
    expect(() => TaskExecutor.empty({ maxLogBytes: maxLogBytes as number })).toThrow(
      "Expected `maxLogBytes` to be a whole number from 0, got",
    );
  });
});

describe("a log that cannot be written", () => {
  it("is told as other saves that fail are, and the task goes on; what is printed later is kept", async () => {
    const driver = new FailingDriver(new MapDriver());
    const store = new DocumentStore(driver);
    const { executor, task } = setUp(async ({ output }, clock) => {
      driver.failAllWrites();
      output("lost");
      await clock.advance(60);
      await settle();
      driver.heal();
      output("kept");
    }, store);
    const events: string[] = [];
    executor.events.subscribe(({ type }) => events.push(type));
    await executor.execute(task);
    expect(events).toEqual(["started", "persistence_failed", "succeeded"]);
    expect(executor.persistenceErrors.map(({ message }) => message)).toEqual([
      expect.stringContaining("fails as planned"),
    ]);
    expect(await linesOf(store, task)).toEqual(["4…stdout:kept"]);
  });

  it("does not keep the end of its task from being stored, nor the other way round", async () => {
    class PickyDriver extends MapDriver {
      override write(changes: Parameters<MapDriver["write"]>[0]): readonly number[] {
        if (changes.some(({ op }) => op === "log")) throw new Error("no room for logs");
        return super.write(changes);
      }
    }
    const store = new DocumentStore(new PickyDriver());
    const { executor, task } = setUp(({ output }) => output("lost"), store);
    await executor.execute(task);
    expect(store.tasks.get(task.id)?.status).toBe("done");
    expect(executor.persistenceErrorCount).toBe(1);
  });

  it("that throws, in the store of a third party, is told as well", async () => {
    const { tasks, graphs, runs } = new InMemoryStore();
    const append = (): void => {
      throw new Error("no logs today");
    };
    const store: Store = {
      tasks,
      graphs,
      runs,
      logs: logsWith(append),
    };
    const { executor, task } = setUp(({ output }) => output("lost"), store);
    await executor.execute(task);
    expect([task.status, executor.persistenceErrorCount]).toEqual(["done", 1]);
  });
});

it("a store that is slower than its tasks is given the next part when it is through with the one before", async () => {
  const { tasks, graphs, runs } = new InMemoryStore();
  const changes: LogChange[] = [];
  let resolve = (): void => undefined;
  const append = (change: LogChange): Promise<void> => {
    changes.push(change);
    return new Promise((done) => (resolve = done));
  };
  const store: Store = {
    tasks,
    graphs,
    runs,
    logs: logsWith(append),
  };
  const { executor, task } = setUp(async ({ output }, clock) => {
    for (let index = 0; index < 10; index++) {
      output(`${index}`);
      await clock.advance(60);
    }
    expect(changes).toHaveLength(1);
    resolve();
    await clock.advance(60);
    expect(changes).toHaveLength(2);
  }, store);
  await executor.execute(task);
  const bytes = changes.flatMap(({ chunks }) => chunks.map((chunk) => Buffer.from(chunk.bytes).toString()));
  expect(bytes.join("")).toBe("0123456789");
});

it("a driver without logs is never given any", async () => {
  const driver = new NotingDriver();
  const store = new DocumentStore({
    read: (kind, ids) => driver.read(kind, ids),
    scan: (kind, filter) => driver.scan(kind, filter),
    keys: (kind) => driver.keys(kind),
    count: (kind, filter) => driver.count(kind, filter),
    write: (changes) => driver.write(changes),
  });
  const { executor, task } = setUp(({ output }) => output("printed"), store);
  await executor.execute(task);
  expect(driver.writes).toEqual([["active"], ["running"], ["done"]]);
  expect(executor.persistenceErrorCount).toBe(0);
});
