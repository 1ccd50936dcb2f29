import { describe, expect, it } from "vitest";
import { InMemoryStore, StoreError, Task, TaskExecutionError, TaskExecutor } from "@ttasks/core";

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
    expect(document["version"]).toBe(3);
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

  const ended = { status: "done", startedAt: 1, finishedAt: 1, durationMs: 1 };
  const wrong: [field: string, value: unknown, message: string][] = [
    ["version", 0, "Expected `version` to be one of 1, 2, 3, got `0` (number)"],
    ["version", "1", "Expected `version` to be one of 1, 2, 3, got `1` (string)"],
    ["version", undefined, "Expected `version` to be one of 1, 2, 3, got"],
    ["id", 5, "Expected `id` to be a non-empty string, got `5` (number)"],
    ["id", "", "Expected `id` to be a non-empty string"],
    ["revision", -1, "Expected `revision` to be a"],
    ["revision", 1.5, "Expected `revision` to be a whole number"],
    ["type", null, "Expected `type` to be a non-empty string, got"],
    ["title", 5, "Expected `title` to be a string, got `5` (number)"],
    ["title", undefined, "Expected `title` to be a string, got"],
    ["description", {}, "Expected `description` to be a string, got"],
    ["payload", undefined, "Expected `payload` to be JSON, got"],
    ["metadata", [], "Expected `metadata` to be an object, got"],
    ["timeoutMs", "5", "Expected `timeoutMs` to be a number above 0"],
    ["timeoutMs", -5, "Expected `timeoutMs` to be a number above 0"],
    [
      "status",
      "finished",
      "Expected `status` to be one of pending, running, done, failed, cancelled, got `finished` (string)",
    ],
    ["status", "toString", "Expected `status` to be one of"],
    ["createdAt", "2020-01-01", "Expected `createdAt` to be a number"],
    ["createdAt", 9e15, "Expected `createdAt` to be a valid Date"],
    ["result", "ok", "Expected `result` to be an object, got `ok` (string)"],
    ["result", {}, "status` to be"],
    ["result", { ...ended, status: "running" }, "status` to be one of done, failed, cancelled, got `running` (string)"],
    ["result", { ...ended, startedAt: "x" }, "Expected `result.startedAt` to be a number"],
    ["result", { ...ended, exitCode: "7" }, "Expected `result.exitCode` to be a number"],
    ["result", { ...ended, stderr: 7 }, "Expected `result.stderr` to be a string"],
  ];
  it.each(wrong)("a document whose %s is %o is refused by name", async (field, value, message) => {
    const document = { ...copyOf(await endedTask()), [field]: value };
    const read = () => Task.fromJSON(document);
    expect(read).toThrow(StoreError);
    expect(read).toThrow("The document of task `");
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: "bad_document" }) as Error);
  });

  it.each([null, undefined, 5, "text", []])("a document that is %o is refused", (document) => {
    expect(() => Task.fromJSON(document)).toThrow("is damaged: Expected");
    expect(() => Task.fromJSON(document)).toThrow(expect.objectContaining({ code: "bad_document" }) as Error);
  });

  it("a document of a newer version is refused with the advice to update", () => {
    const read = () => Task.fromJSON({ version: 4, id: "t1", shape: "unknown" });
    expect(read).toThrow(expect.objectContaining({ code: "newer_document" }) as Error);
    expect(read).toThrow(/task `t1` \(string\) has version 4, this ttasks reads 3: update ttasks/);
  });

  it("a date before 1970 and a negative exit code come back as they were", async () => {
    const task = new Task({ type: "any", payload: 1, createdAt: new Date(-1) });
    const executor = TaskExecutor.empty().register("any", () => {
      throw new TaskExecutionError("ended", { exitCode: -1 });
    });
    await executor.execute(task).catch(() => undefined);
    const read = Task.fromJSON(copyOf(task));
    expect([read.createdAt.getTime(), read.result?.exitCode]).toEqual([-1, -1]);
  });
});
