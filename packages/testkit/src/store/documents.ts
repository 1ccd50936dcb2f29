import { HandlerOutput, type JsonValue } from "@ttasks/core";
import { doneTask, failedTask, sampleTask } from "../fixtures/sample-tasks.ts";
import type { StoreSuite } from "./store-suite.ts";

const TEXTS: Readonly<Record<string, string>> = {
  "an empty text": "",
  quotes: `'single' "double" \`back\` \\ ; -- %s $1 ?`,
  "other scripts and an emoji": "Grüße, 你好, مرحبا, 👩‍👩‍👧",
  "line ends and tabs": "a\nb\r\nc\td\u2028e",
  "a NUL character": "a\u0000b",
  "half of a surrogate pair": "a\ud83d",
  "a megabyte": "x".repeat(1_000_000),
};

const VALUES: Readonly<Record<string, JsonValue>> = {
  null: null,
  "true and false": [true, false],
  numbers: [0, 0.1, 1e-7, 1e21, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, Number.MAX_VALUE],
  "empty containers": { array: [], object: {} },
  "odd keys": JSON.parse('{ "__proto__": 1, "": 2, "a.b": 3, "$c": 4, "constructor": 5 }') as JsonValue,
  "an array that looks like an object": ["0", { "0": ["1"] }],
  "a deep value": JSON.parse(`${"[".repeat(200)}${"]".repeat(200)}`) as JsonValue,
};

const IDS: readonly string[] = [
  "a",
  "A",
  "a ",
  " a",
  "\u00e1",
  "a\u0301",
  "__proto__",
  "constructor",
  "'; drop table tasks; --",
  "a/b",
  "%",
  "_",
  "👩‍👩‍👧",
  "1",
  "01",
  "i".repeat(500),
];

/** What a store keeps of a task: all of its document. */
export function testDocuments(suite: StoreSuite): void {
  testPayloads(suite);
  testIds(suite);
  testResults(suite);
}

function testPayloads({ test, check }: StoreSuite): void {
  for (const [name, text] of Object.entries(TEXTS)) {
    test(`a task keeps ${name} in its texts`, async ({ tasks }) => {
      const task = sampleTask(text, { description: text, payload: text, metadata: { text } });
      await tasks.save(task);
      const read = await tasks.get(task.id);
      check(
        [read?.title, read?.description, read?.payload, read?.metadata],
        [text, text, text, { text }],
        "texts must come back unchanged, character by character",
      );
    });
  }

  for (const [name, payload] of Object.entries(VALUES)) {
    test(`a payload keeps its value: ${name}`, async ({ tasks }) => {
      const task = sampleTask("task", { payload });
      await tasks.save(task);
      const read = await tasks.get(task.id);
      check(JSON.stringify(read?.payload), JSON.stringify(payload), "a payload must come back as the same JSON");
    });
  }
}

function testIds({ test, check }: StoreSuite): void {
  test("ids that look alike are told apart", async ({ tasks }) => {
    for (const id of IDS) await tasks.save(sampleTask(`task of ${id}`, { id }));
    const ids: string[] = [];
    for await (const id of tasks.keys()) ids.push(id);
    check(ids, IDS, "ids must be compared exactly: case, blanks and accents count");
    for (const id of IDS) check((await tasks.get(id))?.title, `task of ${id}`, "each id must lead to its own task");
  });
}

function testResults({ test, check }: StoreSuite): void {
  test("a task that is done keeps its result", async ({ tasks }) => {
    const task = await doneTask(
      "build",
      new HandlerOutput({ output: "built\n", stderr: "1 warning\n", exitCode: 0, truncated: true }),
    );
    await tasks.save(task);
    const read = await tasks.get(task.id);
    check(
      read?.result?.toJSON(),
      task.result?.toJSON(),
      "the result must come back with output, stderr, exit code and times",
    );
    check(read?.result?.finishedAt, task.result?.finishedAt, "the times of a result must come back to the millisecond");
  });

  test("a task that failed keeps its error", async ({ tasks }) => {
    const task = await failedTask("build", "no rule to make target");
    await tasks.save(task);
    const read = await tasks.get(task.id);
    check([read?.status, read?.error], ["failed", "no rule to make target"], "state and error must come back");
  });

  test("the time of creation comes back to the millisecond", async ({ tasks }) => {
    const createdAt = new Date(1_900_000_000_123);
    const task = sampleTask("build", { createdAt });
    await tasks.save(task);
    check((await tasks.get(task.id))?.createdAt, createdAt, "`createdAt` must come back unchanged");
  });
}
