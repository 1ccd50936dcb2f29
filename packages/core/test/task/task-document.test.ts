import { describe, expect, it } from "vitest";
import { InMemoryStore, StoreError, Task, TaskExecutionError, TaskExecutor, type JsonObject } from "@ttasks/core";

async function endedTask(): Promise<Task> {
  const task = new Task({
    type: "any",
    payload: { a: [1, null] },
    title: "T",
    description: "d",
    timeoutMs: 5_000,
    metadata: { m: 1 },
  });
  const executor = TaskExecutor.empty({ store: new InMemoryStore() });
  executor.register("any", () => {
    throw new TaskExecutionError("it broke", {
      output: "out",
      stderr: "err",
      exitCode: 7,
      signal: "SIGTERM",
      truncated: true,
      raw: { live: () => 1 },
    });
  });
  await executor.execute(task).catch(() => undefined);
  return task;
}

function copyOf(task: Task): Record<string, unknown> {
  return JSON.parse(JSON.stringify(task)) as Record<string, unknown>;
}

describe("the stored form of a task", () => {
  it("is one plain, versioned JSON document", async () => {
    const document = (await endedTask()).toJSON();
    expect(document["version"]).toBe(1);
    expect(JSON.parse(JSON.stringify(document))).toEqual(JSON.parse(JSON.stringify(document)));
    expect(document).toMatchObject({ type: "any", status: "failed", payload: { a: [1, null] }, revision: 2 });
    expect(typeof document["createdAt"]).toBe("number");
  });

  it("gives back the same task, its result included and raw left out", async () => {
    const task = await endedTask();
    const read = Task.fromJSON(copyOf(task));
    expect(read).not.toBe(task);
    expect(read.toJSON()).toEqual(task.toJSON());
    expect(read.createdAt).toEqual(task.createdAt);
    expect(read.result).toMatchObject({
      status: "failed",
      output: "out",
      error: "err",
      stderr: "err",
      exitCode: 7,
      signal: "SIGTERM",
      truncated: true,
    });
    expect(read.result?.startedAt).toEqual(task.result?.startedAt);
    expect(read.result?.finishedAt).toEqual(task.result?.finishedAt);
    expect(read.result?.durationMs).toBe(task.result?.durationMs);
    expect(task.result?.raw).toBeDefined();
    expect(read.result?.raw).toBeUndefined();
    expect(read.error).toBe("err");
  });

  it("a task read back goes on with its life", async () => {
    const executor = TaskExecutor.empty().register("bash", () => "ran");
    const read = Task.fromJSON(copyOf(Task.bash("x"))) as Task<"bash">;
    expect((await executor.execute(read)).output).toBe("ran");
    await expect(executor.execute(Task.fromJSON(copyOf(await endedTask())))).rejects.toThrow("No handler");
  });

  it("a task that is done is frozen when it is read back", () => {
    const task = Task.bash("x");
    task.transitionTo("running");
    task.transitionTo("done");
    expect(() => (Task.fromJSON(copyOf(task)).title = "no")).toThrow("it is done");
  });

  it("fields that a later release of the same version adds are left alone", async () => {
    const document = { ...copyOf(await endedTask()), mood: "good" };
    expect(Task.fromJSON(document).title).toBe("T");
  });

  const wrong: [field: string, value: unknown, expectation: string][] = [
    ["version", 0, "expected `version` to be 1, got `0` (number)"],
    ["version", "1", "expected `version` to be 1, got `1` (string)"],
    ["version", undefined, "expected `version` to be 1, got `undefined`"],
    ["id", 5, "expected `id` to be a string, got `5` (number)"],
    ["id", "", "Expected `id` to be a non-empty string"],
    ["revision", -1, "expected `revision` to be a whole number from 0, got `-1` (number)"],
    ["revision", 1.5, "expected `revision` to be a whole number from 0"],
    ["type", null, "expected `type` to be a string, got `null`"],
    ["title", 5, "expected `title` to be a string, got `5` (number)"],
    ["description", {}, "expected `description` to be a string or absent, got an object (Object)"],
    ["payload", undefined, "expected `payload` to be a JSON value, got `undefined`"],
    ["metadata", [], "expected `metadata` to be an object, got an array"],
    ["timeoutMs", "5", "expected `timeoutMs` to be a number or absent, got `5` (string)"],
    ["timeoutMs", -5, "Expected `timeoutMs` to be a number of milliseconds above 0"],
    ["status", "finished", "expected `status` to be one of pending, running, done, failed, cancelled, got `finished` (string)"],
    ["status", "toString", "expected `status` to be one of"],
    ["createdAt", "2020-01-01", "expected `createdAt` to be a number, got `2020-01-01` (string)"],
    ["createdAt", 9e15, "Expected `createdAt` to be a valid Date"],
    ["result", "ok", "expected `result` to be an object or absent, got `ok` (string)"],
    ["result", {}, "expected `result.status` to be done, failed or cancelled, got `undefined`"],
    ["result", { status: "running" }, "expected `result.status` to be done, failed or cancelled, got `running` (string)"],
    ["result", { status: "done", startedAt: "x" }, "expected `result.startedAt` to be a number"],
    ["result", { status: "done", startedAt: 1, finishedAt: 1, durationMs: 1, exitCode: "7" }, "expected `result.exitCode` to be a number or absent"],
    ["result", { status: "done", startedAt: 1, finishedAt: 1, durationMs: 1, truncated: 1 }, "expected `result.truncated` to be true or false or absent"],
  ];
  it.each(wrong)("a document whose %s is %o is refused by name", async (field, value, expectation) => {
    const document = { ...copyOf(await endedTask()), [field]: value };
    const read = () => Task.fromJSON(document);
    expect(read).toThrow(StoreError);
    expect(read).toThrow(expectation);
    expect(read).toThrow(expect.objectContaining({ code: "bad_document" }) as Error);
  });

  it.each([null, undefined, 5, "text", []])("a document that is %o is refused", (document) => {
    expect(() => Task.fromJSON(document)).toThrow("Expected the document of a task to be an object, got");
    expect(() => Task.fromJSON(document)).toThrow(StoreError);
  });

  it("a document of a newer version is refused with the advice to update", () => {
    const read = () => Task.fromJSON({ version: 2, id: "t1", shape: "unknown" });
    expect(read).toThrow(expect.objectContaining({ code: "newer_document" }) as Error);
    expect(read).toThrow(/task `t1` \(string\) was written by a newer version of ttasks .*version 2, .* up to 1\): update ttasks/);
  });

  it("fields that the document only inherits do not count", () => {
    const read = () => Task.fromJSON(Object.create(Task.bash("x").toJSON()) as JsonObject);
    expect(read).toThrow(StoreError);
  });
});
