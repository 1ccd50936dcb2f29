import { describe, expect, it } from "vitest";
import { Task, TaskExecutor, type HandlerContext, type OutputChunk } from "@ttasks/core";
import { Gate } from "./gate.ts";
import { settle as turn } from "@ttasks/testkit";

async function chunksOf(
  handler: (context: HandlerContext) => unknown,
): Promise<{ chunks: OutputChunk[]; executor: TaskExecutor; task: Task }> {
  const executor = TaskExecutor.empty().register("any", handler);
  const chunks: OutputChunk[] = [];
  executor.output.subscribe((chunk) => chunks.push(chunk));
  const task = new Task({ type: "any", payload: 1 });
  await executor.execute(task);
  return { chunks, executor, task };
}

const texts = (chunks: readonly OutputChunk[]): string[] => chunks.map(({ stream, chunk }) => `${stream}:${chunk}`);

describe("live output", () => {
  it("goes to executor.output with task and stream, and is not part of the result", async () => {
    const { chunks, task } = await chunksOf(({ output }) => {
      output("one");
      output("two", "stderr");
      return "result";
    });
    expect(texts(chunks)).toEqual(["stdout:one", "stderr:two"]);
    expect(chunks[0]?.task).toBe(task);
    expect(task.result?.output).toBe("result");
  });

  it("is on a bus of its own: no event is made of it", async () => {
    const executor = TaskExecutor.empty().register("any", ({ output }) => output("one"));
    const types: string[] = [];
    executor.events.subscribe(({ type }) => types.push(type));
    await executor.execute(new Task({ type: "any", payload: 1 }));
    expect(types).toEqual(["started", "succeeded"]);
  });

  it("bytes become text by streaming UTF-8, each stream on its own", async () => {
    const bytes = new TextEncoder().encode("é🚀");
    const { chunks } = await chunksOf(({ output }) => {
      for (const byte of bytes) {
        output(Uint8Array.of(byte));
        output(Uint8Array.of(byte), "stderr");
      }
    });
    expect(texts(chunks)).toEqual(["stdout:é", "stderr:é", "stdout:🚀", "stderr:🚀"]);
  });

  it("a character that is never completed comes as a replacement at the end", async () => {
    const { chunks } = await chunksOf(({ output }) => output(Uint8Array.of(0x61, 0xf0, 0x9f)));
    expect(texts(chunks)).toEqual(["stdout:a", "stdout:\ufffd"]);
  });

  it("empty chunks are not passed on", async () => {
    const { chunks } = await chunksOf(({ output }) => {
      output("");
      output(new Uint8Array());
    });
    expect(chunks).toEqual([]);
  });

  it("nothing is passed on after the end of the task", async () => {
    const gate = new Gate();
    const { chunks } = await chunksOf(({ output }) => {
      void gate.promise.then(() => output("late"));
    });
    gate.open();
    await turn();
    expect(chunks).toEqual([]);
  });

  it("a listener that throws goes to output.errors and disturbs nothing", async () => {
    const executor = TaskExecutor.empty().register("any", ({ output }) => {
      output("one");
      output("two");
      return "result";
    });
    executor.output.subscribe(() => {
      throw new Error("listener");
    });
    expect((await executor.execute(new Task({ type: "any", payload: 1 }))).output).toBe("result");
    expect([executor.output.errorCount, executor.events.errorCount]).toEqual([2, 0]);
  });

  it("a listener that throws something unprintable at the last chunk does not hang the task", async () => {
    const executor = TaskExecutor.empty().register("any", ({ output }) => {
      output(Uint8Array.of(0xf0));
      return "result";
    });
    executor.output.subscribe(() => {
      throw Object.create(null);
    });
    expect((await executor.execute(new Task({ type: "any", payload: 1 }))).output).toBe("result");
  });
});
