import { describe, expect, it } from "vitest";
import { TaskResult } from "@ttasks/core";

const fields = { status: "done", startedAt: 1_000, finishedAt: 3_000, durationMs: 2_000.5 } as const;

function stored(output: unknown): unknown {
  return JSON.parse(JSON.stringify(new TaskResult({ ...fields, output })));
}

describe("a result", () => {
  it("is immutable", () => {
    const result = new TaskResult({ ...fields, output: "hi" });
    expect(() => ((result as { output: unknown }).output = "no")).toThrow(TypeError);
    expect(() => ((result as { startedAt: Date }).startedAt = new Date())).toThrow(TypeError);
    expect(() => ((result as unknown as { extra: number }).extra = 1)).toThrow(TypeError);
    result.startedAt.setTime(0);
    expect([result.output, result.startedAt.getTime()]).toEqual(["hi", 1_000]);
  });

  it("tells start and end as Dates and the duration in milliseconds", () => {
    const result = new TaskResult(fields);
    expect(result.startedAt).toEqual(new Date(1_000));
    expect(result.finishedAt).toEqual(new Date(3_000));
    expect(result.durationMs).toBe(2_000.5);
  });

  it("is not truncated unless told so", () => {
    expect(new TaskResult(fields).truncated).toBe(false);
    expect(new TaskResult({ ...fields, truncated: true }).truncated).toBe(true);
  });

  it("keeps raw in memory and out of the stored form", () => {
    const raw = { process: () => undefined };
    const result = new TaskResult({ ...fields, raw });
    expect(result.raw).toBe(raw);
    expect(result.toJSON()).not.toHaveProperty("raw");
  });

  it("stores what JSON can hold", () => {
    const output = { text: "a", list: [1, null, true], ["__proto__"]: 1 };
    expect(stored(output)).toEqual({ ...fields, output: JSON.parse(JSON.stringify(output)) });
    expect(stored(null)).toHaveProperty("output", null);
    expect(stored(new Date(0))).toHaveProperty("output", "1970-01-01T00:00:00.000Z");
  });

  it("stores what was used of language models, and reads it back", () => {
    const usage = { requestedModel: "a", model: "b", inputTokens: 1, outputTokens: 2, cachedTokens: 0 };
    const more = { costUnits: 0.33, timeToFirstTokenMs: 1.5, toolCalls: 3 };
    const result = new TaskResult({ ...fields, usage: { ...usage, ...more } });
    expect(result.usage).toEqual({ ...usage, ...more });
    expect(Object.isFrozen(result.usage)).toBe(true);
    expect(TaskResult.fromJSON(JSON.parse(JSON.stringify(result))).usage).toEqual(result.usage);
    expect(new TaskResult(fields).usage).toBeUndefined();
  });

  it("takes of a usage only what it can be", () => {
    const usage = { model: 5, inputTokens: Number.NaN, outputTokens: "2", toolCalls: 1, more: true };
    expect(new TaskResult({ ...fields, usage: usage as never }).usage).toEqual({ toolCalls: 1 });
    expect(new TaskResult({ ...fields, usage: "much" as never }).usage).toBeUndefined();
    expect(() => TaskResult.fromJSON({ ...fields, usage: 7 })).toThrow("Expected `result.usage` to be an object");
  });

  const loop: unknown[] = [];
  loop.push(loop);
  let deep: unknown = 0;
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  const throwing = {
    toJSON() {
      throw new Error("no");
    },
  };
  it.each<[string, unknown]>([
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a BigInt", 5n],
    ["a value that contains itself", loop],
    ["a value nested 100,000 levels deep", deep],
    ["a value whose toJSON throws", throwing],
  ])("does not store an output that is %s, but all the rest", (_what, output) => {
    expect(stored(output)).toEqual(fields);
    expect(new TaskResult({ ...fields, output }).output).toBe(output);
  });
});
