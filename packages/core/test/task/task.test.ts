import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Task, TaskExecutor, TaskFrozenError, TaskType, type TaskOptions } from "@ttasks/core";

/** A value that no caller in TypeScript could pass. */
function untyped<T = never>(value: unknown): T {
  return value as T;
}

async function doneTask(): Promise<Task<"bash">> {
  const task = Task.bash("echo hi", { title: "Say hi", description: "greets", metadata: { owner: { name: "ann" } } });
  await TaskExecutor.empty()
    .register("bash", () => "hi")
    .execute(task);
  return task;
}

describe("making a task", () => {
  it.each([
    ["bash", Task.bash("x")],
    ["powershell", Task.powershell("x")],
    ["prompt", Task.prompt("x")],
    ["agent", Task.agent("x")],
  ])("the factory %s makes a task of that type without importing TaskType", (type, task) => {
    expect([task.type, task.payload, task.status]).toEqual([type, "x", "pending"]);
  });

  it("a task carries title, description, timeout and metadata", () => {
    const task = Task.bash("ls -la", {
      title: "List files",
      description: "Show files in the current directory",
      timeoutMs: 5_000,
      metadata: { shell: { cwd: "/" } },
    });
    expect(task.toJSON()).toMatchObject({
      type: "bash",
      payload: "ls -la",
      title: "List files",
      description: "Show files in the current directory",
      timeoutMs: 5_000,
      metadata: { shell: { cwd: "/" } },
    });
  });

  it("any string is a task type and any JSON a payload", () => {
    const task = new Task({ type: "http", payload: { url: "u" } });
    expect([task.type, task.payload, task.title]).toEqual(["http", { url: "u" }, "http"]);
    expect(new Task({ type: "count", payload: null }).payload).toBeNull();
    expect(new Task({ type: "count", payload: 0 }).payload).toBe(0);
    expect(new Task({ type: "count", payload: false }).payload).toBe(false);
    expect(new Task({ type: "count", payload: "" }).payload).toBe("");
  });

  it("a task without a title takes the first line of its payload", () => {
    expect(Task.bash("echo one\necho two").title).toBe("echo one");
    expect(Task.bash("\n\n  make all  \r\nmake test").title).toBe("make all");
    expect(new Task({ type: "note", payload: "" }).title).toBe("note");
    expect(new Task({ type: "note", payload: [1, 2] }).title).toBe("note");
  });

  it("a title taken from the payload is cut at 60 characters, never inside one", () => {
    expect(Task.bash("a".repeat(60)).title).toBe("a".repeat(60));
    expect(Task.bash("a".repeat(61)).title).toBe("a".repeat(60));
    expect(Task.bash("🚀".repeat(61)).title).toBe("🚀".repeat(60));
    expect(Task.bash("🚀".repeat(59)).title).toBe("🚀".repeat(59));
    expect(Task.bash(`a${"🚀".repeat(61)}`).title).toBe(`a${"🚀".repeat(59)}`);
  });

  it("a given title is kept as it is, also an empty one", () => {
    expect(Task.bash("x", { title: "" }).title).toBe("");
    expect(Task.bash("x", { title: "  two\nlines " }).title).toBe("  two\nlines ");
  });

  it("a huge payload costs no more than its copy", () => {
    const payload = "x".repeat(64 * 1024 * 1024);
    const before = process.memoryUsage().heapUsed;
    expect(Task.bash(payload).title).toHaveLength(60);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(512 * 1024 * 1024);
  });

  it("ids are unique and a given id is kept", () => {
    const ids = new Set(Array.from({ length: 10_000 }, () => Task.bash("x").id));
    expect(ids.size).toBe(10_000);
    expect(Task.bash("x", { id: "build-1" }).id).toBe("build-1");
  });

  it("ids share a random prefix of the process and differ by a counter", () => {
    const [first, second] = [Task.bash("x").id, Task.bash("x").id];
    const prefix = first.slice(0, first.lastIndexOf("-"));
    // 80 bits.
    expect(prefix).toMatch(/^[0-9a-f]{20}$/);
    expect(second.slice(0, second.lastIndexOf("-"))).toBe(prefix);
    expect(second).not.toBe(first);
  });

  it("createdAt is a Date that tells when the task was made, or the one that was given", () => {
    const before = Date.now();
    const { createdAt } = Task.bash("x");
    expect(createdAt).toBeInstanceOf(Date);
    expect(createdAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(createdAt.getTime()).toBeLessThanOrEqual(Date.now());
    const given = new Date("2020-01-02T03:04:05.678Z");
    const task = Task.bash("x", { createdAt: given });
    given.setFullYear(1999);
    task.createdAt.setFullYear(1999);
    expect(task.createdAt.toISOString()).toBe("2020-01-02T03:04:05.678Z");
  });

  it("isType tells the type", () => {
    const task: Task = Task.bash("x");
    expect([task.isType("bash"), task.isType("prompt")]).toEqual([true, false]);
    expect(TaskType).toEqual({ BASH: "bash", POWERSHELL: "powershell", PROMPT: "prompt", AGENT: "agent" });
  });

  it("an undefined option counts as not given", () => {
    const task = Task.bash("x", {
      title: undefined,
      description: undefined,
      timeoutMs: undefined,
      metadata: undefined,
      id: undefined,
      createdAt: undefined,
    });
    expect([task.title, task.timeoutMs, task.metadata]).toEqual(["x", undefined, {}]);
  });
});

describe("bad input", () => {
  it("is found in an accessor of a class as well", () => {
    class Options {
      readonly type = "any";
      readonly payload = 1;
      get timeoutMs(): number {
        return -1;
      }
    }
    expect(() => new Task(new Options())).toThrow("Expected `timeoutMs` to be a number above 0");
  });

  const bad: [what: string, options: object, message: string][] = [
    [
      "an empty shell payload",
      { type: "bash", payload: "" },
      "Expected `payload of a bash task` to be a non-empty string, got `` (string)",
    ],
    [
      "a shell payload of blanks",
      { type: "powershell", payload: " \n\t" },
      "Expected `payload of a powershell task` to be a non-empty string",
    ],
    [
      "a shell payload that is not a string",
      { type: "bash", payload: 7 },
      "Expected `payload of a bash task` to be a non-empty string, got `7` (number)",
    ],
    ["a missing prompt", { type: "prompt" }, "Expected `payload of a prompt task` to be a non-empty string, got"],
    ["an agent payload that is an object", { type: "agent", payload: {} }, "to be a non-empty string, got"],
    [
      "an unknown option",
      { type: "bash", payload: "x", timeout: 5 },
      "Unknown option `timeout` of a task; it takes type, payload, title",
    ],
    [
      "an unknown option that is inherited",
      Object.assign(Object.create({ retries: 1 }), { type: "bash", payload: "x" }),
      "Unknown option `retries`",
    ],
    [
      "a timeoutMs of zero",
      { type: "bash", payload: "x", timeoutMs: 0 },
      "Expected `timeoutMs` to be a number above 0 and at most 2147483647, got `0` (number)",
    ],
    ["a negative timeoutMs", { type: "bash", payload: "x", timeoutMs: -1 }, "got `-1` (number)"],
    ["a timeoutMs that is not a number", { type: "bash", payload: "x", timeoutMs: "5" }, "got `5` (string)"],
    ["a timeoutMs that is NaN", { type: "bash", payload: "x", timeoutMs: NaN }, "got `NaN` (number)"],
    ["an infinite timeoutMs", { type: "bash", payload: "x", timeoutMs: Infinity }, "got `Infinity` (number)"],
    [
      "a timeoutMs that no timer takes",
      { type: "bash", payload: "x", timeoutMs: 2_147_483_648 },
      "got `2147483648` (number)",
    ],
    ["a timeoutMs of null", { type: "bash", payload: "x", timeoutMs: null }, "got `null`"],
    [
      "a title that is not a string",
      { type: "bash", payload: "x", title: 7 },
      "Expected `title` to be a string, got `7` (number)",
    ],
    ["a title of null", { type: "bash", payload: "x", title: null }, "Expected `title` to be a string, got"],
    [
      "a description that is not a string",
      { type: "bash", payload: "x", description: [] },
      "Expected `description` to be a string, got",
    ],
    [
      "metadata that is an array",
      { type: "bash", payload: "x", metadata: [] },
      "Expected `metadata` to be an object, got",
    ],
    [
      "metadata that is null",
      { type: "bash", payload: "x", metadata: null },
      "Expected `metadata` to be an object, got",
    ],
    [
      "metadata with a function",
      { type: "bash", payload: "x", metadata: { a: { b: () => 1 } } },
      "Expected `metadata.a.b` to be JSON, got",
    ],
    ["an empty type", { type: "", payload: "x" }, "Expected `type` to be a non-empty string, got `` (string)"],
    [
      "a type that is not a string",
      { type: 1, payload: "x" },
      "Expected `type` to be a non-empty string, got `1` (number)",
    ],
    ["an empty id", { type: "bash", payload: "x", id: "" }, "Expected `id` to be a non-empty string"],
    [
      "an id that is not a string",
      { type: "bash", payload: "x", id: 5 },
      "Expected `id` to be a non-empty string, got `5` (number)",
    ],
    [
      "createdAt that is a number",
      { type: "bash", payload: "x", createdAt: 0 },
      "Expected `createdAt` to be a valid Date, got `0` (number)",
    ],
    [
      "createdAt that is no date",
      { type: "bash", payload: "x", createdAt: new Date("?") },
      "Expected `createdAt` to be a valid Date, got",
    ],
    ["a payload that is undefined", { type: "any" }, "Expected `payload` to be JSON, got"],
    ["a payload that is a BigInt", { type: "any", payload: 5n }, "Expected `payload` to be JSON, got `5` (bigint)"],
    [
      "a payload that is a symbol",
      { type: "any", payload: Symbol("s") },
      "Expected `payload` to be JSON, got `Symbol(s)` (symbol)",
    ],
    [
      "a payload that is NaN",
      { type: "any", payload: { n: [NaN] } },
      "Expected `payload.n[0]` to be JSON, got `NaN` (number)",
    ],
    [
      "a payload that holds a Date",
      { type: "any", payload: { at: new Date(0) } },
      "Expected `payload.at` to be JSON, got",
    ],
    ["a payload that holds a Map", { type: "any", payload: [new Map()] }, "Expected `payload[0]` to be JSON, got"],
    ["a payload that is an Error", { type: "any", payload: new Error("x") }, "Expected `payload` to be JSON, got"],
    ["a payload with a hole", { type: "any", payload: new Array(2) }, "Expected `payload[0]` to be JSON, got"],
  ];

  it.each(bad)("%s throws a TypeError that says what was expected", (_what, options, message) => {
    const make = () => new Task(untyped<TaskOptions>(options));
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it.each([null, undefined, "x", 5, []])("options that are %o throw a TypeError", (options) => {
    expect(() => new Task(untyped<TaskOptions>(options))).toThrow(TypeError);
  });

  it("a message shows at most 60 characters of a long value", () => {
    expect(() => Task.bash("x", { timeoutMs: untyped("9".repeat(1_000)) })).toThrow(`got \`${"9".repeat(60)}`);
  });

  it("a payload that contains itself throws and names no endless path", () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    const make = () => new Task({ type: "any", payload: untyped(loop) });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^Expected `payload[.self]{0,60}` to be JSON of at most 500 levels/);
  });

  it("a payload nested 100,000 levels deep throws instead of overflowing the stack", () => {
    let array: unknown = [];
    let object: unknown = {};
    for (let depth = 0; depth < 100_000; depth++) [array, object] = [[array], { object }];
    expect(() => new Task({ type: "any", payload: untyped(array) })).toThrow(/to be JSON of at most 500 levels/);
    expect(() => new Task({ type: "any", payload: untyped(object) })).toThrow(/to be JSON of at most 500 levels/);
  });

  it.each<[field: "payload" | "title" | "description" | "timeoutMs" | "metadata", value: unknown]>([
    ["payload", ""],
    ["payload", 5],
    ["title", null],
    ["description", 5],
    ["timeoutMs", 0],
    ["timeoutMs", Infinity],
    ["metadata", [1]],
    ["metadata", { a: undefined, b: () => 1 }],
  ])("assigning %s = %o throws and changes nothing", (field, value) => {
    const task = Task.bash("x", { title: "t", description: "d", timeoutMs: 5, metadata: { a: 1 } });
    const before = task.toJSON();
    expect(() => {
      (task as Record<typeof field, unknown>)[field] = value;
    }).toThrow(TypeError);
    expect(task.toJSON()).toEqual(before);
  });
});

describe("payload and metadata", () => {
  it("are copied, so that the caller's object is its own", () => {
    const payload = { list: [1, { deep: true }] };
    const metadata = { shell: { env: { A: "1" } } };
    const task = new Task({ type: "any", payload, metadata });
    payload.list.push(2);
    metadata.shell.env.A = "2";
    expect(task.payload).toEqual({ list: [1, { deep: true }] });
    expect(task.metadata).toEqual({ shell: { env: { A: "1" } } });
    expect(Object.isFrozen(payload)).toBe(false);
    expect(Object.isFrozen(payload.list)).toBe(false);
  });

  it("are deeply frozen: a nested write throws a TypeError", () => {
    const task = new Task({ type: "any", payload: { list: [{ a: 1 }] }, metadata: { shell: { cwd: "/" } } });
    const payload = task.payload as unknown as { list: { a: number }[] };
    expect(() => payload.list.push({ a: 2 })).toThrow(TypeError);
    expect(() => (payload.list[0]!.a = 2)).toThrow(TypeError);
    expect(() => ((task.metadata as { shell: { cwd: string } }).shell.cwd = "/tmp")).toThrow(TypeError);
    expect(() => ((task.metadata as Record<string, unknown>)["x"] = 1)).toThrow(TypeError);
  });

  it("are copied and frozen when assigned later, too", () => {
    const task = new Task({ type: "any", payload: 1 });
    const next = { a: { b: 1 } };
    task.payload = next;
    task.metadata = next;
    next.a.b = 2;
    expect([task.payload, task.metadata]).toEqual([{ a: { b: 1 } }, { a: { b: 1 } }]);
    expect(Object.isFrozen((task.metadata as typeof next).a)).toBe(true);
  });

  it("a __proto__ key stays a plain key and pollutes nothing", () => {
    const payload = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"x":1}}}') as never;
    const task = new Task({ type: "any", payload, metadata: payload });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.keys(task.payload as object)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(task.payload)).toBe(Object.prototype);
    expect(JSON.stringify(Task.fromJSON(JSON.parse(JSON.stringify(task))).payload)).toBe(JSON.stringify(payload));
  });

  it("a getter is read once and its value kept", () => {
    let reads = 0;
    const payload = {
      get value() {
        return ++reads;
      },
    };
    const task = new Task({ type: "any", payload });
    expect([task.payload, task.payload, reads]).toEqual([{ value: 1 }, { value: 1 }, 1]);
  });

  it("a getter that throws lets its error through and makes no task", () => {
    const payload = {
      get value(): number {
        throw new RangeError("no value");
      },
    };
    expect(() => new Task({ type: "any", payload })).toThrow(new RangeError("no value"));
  });

  it("a Proxy is copied like the object that it shows", () => {
    const traps: string[] = [];
    const payload = new Proxy({ a: [1, 2] }, { ownKeys: (target) => (traps.push("ownKeys"), Reflect.ownKeys(target)) });
    const task = new Task({ type: "any", payload });
    const reads = traps.length;
    expect(task.payload).toEqual({ a: [1, 2] });
    expect(task.toJSON()["payload"]).toEqual({ a: [1, 2] });
    expect(traps).toHaveLength(reads);
  });

  it("a revoked Proxy throws a TypeError", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(() => new Task({ type: "any", payload: proxy })).toThrow(TypeError);
  });

  it("NUL, lone surrogates and long strings come back from the stored form as they were", () => {
    const payload = ["\0", "\ud800", "\udfff\ud800", "\u2028", "é".repeat(100_000)];
    const task = Task.fromJSON(JSON.parse(JSON.stringify(new Task({ type: "any", payload, title: "\0\ud800" }))));
    expect(task.payload).toEqual(payload);
    expect(task.title).toBe("\0\ud800");
  });

  it("undefined properties count as absent and null-prototype objects as plain ones", () => {
    const payload = Object.assign(Object.create(null) as Record<string, unknown>, { a: undefined, b: 1 });
    expect(new Task({ type: "any", payload: untyped(payload) }).payload).toEqual({ b: 1 });
  });

  it("shared parts that do not loop are fine", () => {
    const shared = { a: 1 };
    expect(new Task({ type: "any", payload: [shared, shared] }).payload).toEqual([{ a: 1 }, { a: 1 }]);
  });
});

describe("a task that is done", () => {
  it.each<[field: "payload" | "title" | "description" | "timeoutMs" | "metadata", value: unknown]>([
    ["payload", "echo no"],
    ["title", "no"],
    ["description", "no"],
    ["timeoutMs", 5],
    ["metadata", {}],
  ])("rejects the assignment of its %s with a TaskFrozenError", async (field, value) => {
    const task = await doneTask();
    const before = task.toJSON();
    const assign = () => {
      (task as Record<typeof field, unknown>)[field] = value;
    };
    expect(assign).toThrow(TaskFrozenError);
    expect(assign).toThrow(`Cannot assign \`${field}\` of task "Say hi": it is done`);
    expect(task.toJSON()).toEqual(before);
  });

  it("rejects assignment after transitionTo as well as after a run", () => {
    const task = Task.bash("x");
    task.transitionTo("running");
    task.title = "still mine";
    task.transitionTo("done");
    expect(() => (task.title = "no")).toThrow(TaskFrozenError);
  });

  it("a task that failed or was cancelled can still be given a title", () => {
    const failed = Task.bash("x");
    failed.transitionTo("running");
    failed.transitionTo("failed");
    const cancelled = Task.bash("x");
    cancelled.cancel();
    failed.title = cancelled.title = "post mortem";
    expect([failed.title, cancelled.title]).toEqual(["post mortem", "post mortem"]);
  });
});

describe("what cannot be assigned", () => {
  it.each(["status", "result", "error", "createdAt", "revision", "isDone", "id", "type"])(
    "%s is read-only from the outside",
    (field) => {
      const task = Task.bash("x");
      const before = task.toJSON();
      expect(() => ((task as unknown as Record<string, unknown>)[field] = "done")).toThrow(TypeError);
      expect(task.toJSON()).toEqual(before);
    },
  );
});

describe("showing a task", () => {
  it("console.log shows the stored form", () => {
    const text = inspect(Task.bash("make", { title: "Build", id: "b1" }));
    expect(text).toMatch(/^Task \{/);
    expect(text).toContain("title: 'Build'");
  });

  it("two different tasks are told apart by toJSON", () => {
    expect(Task.bash("a", { id: "1" }).toJSON()).not.toEqual(Task.bash("b", { id: "1" }).toJSON());
  });
});
