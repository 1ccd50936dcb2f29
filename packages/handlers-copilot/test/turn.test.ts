import { Task, type TaskExecutor } from "@ttasks/core";
import { describe, expect, it } from "vitest";
import { canCount } from "./fixtures/census.ts";
import { createFakeBench } from "./fixtures/fake-bench.ts";

/** The error of a task that fails. */
async function failureOf(executor: TaskExecutor, task: Task): Promise<Error & Record<string, unknown>> {
  return executor.execute(task).then(
    () => Promise.reject(new Error("The task succeeded")),
    (error: unknown) => error as Error & Record<string, unknown>,
  );
}

describe("a turn", () => {
  it("ends with the agent's own last message, whatever its sub-agents say and do", async () => {
    const { executor } = createFakeBench();
    const { output, usage } = await executor.execute(Task.agent("SUBAGENT"));
    expect(output).toBe("the agent's own answer");
    expect(usage).toMatchObject({ requestedModel: "gpt-5.5", inputTokens: 1, costUnits: 1 });
    expect(usage?.model).toBeUndefined();
  });

  it.each(["MUTE", "NOTHING"])("fails when the answer is empty (%s)", async (word) => {
    const { executor } = createFakeBench();
    const error = await failureOf(executor, Task.prompt(word));
    expect(error.message).toBe(
      `Task "${word}": the answer is empty. Model "gpt-5.4-mini" gave no text: try again, or ask for a text at the end.`,
    );
    expect(error).toMatchObject({ code: "execution_failed", title: word, usage: { requestedModel: "gpt-5.4-mini" } });
  });

  it("fails when the runtime breaks it off by itself", async () => {
    const { executor } = createFakeBench();
    expect((await failureOf(executor, Task.prompt("ABORTED"))).message).toContain("the runtime broke the turn off");
  });

  it("fails when the prompt is not taken", async () => {
    const { executor } = createFakeBench();
    const { message } = await failureOf(executor, Task.prompt("REFUSE"));
    expect(message).toBe('Task "REFUSE": the prompt could not be sent: the prompt is not to my taste');
  });

  it("fails within seconds when the runtime dies in the middle of it, and the next task starts another", async () => {
    const { executor, log } = createFakeBench();
    const startedAt = performance.now();
    const { message } = await failureOf(executor, Task.agent("DIE"));
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(message).toContain("the Copilot runtime was lost");
    expect(message).toContain("run this task again");
    expect((await executor.execute(Task.agent("ECHO still here"))).output).toBe("still here");
    expect(log().filter((line) => line.startsWith("argv"))).toHaveLength(2);
  });

  it.each(["send", "create"])("ends when it is cancelled while the runtime does not answer (%s)", async (step) => {
    const { executor } = createFakeBench({ agent: { model: step === "create" ? "stuck-at-create" : "any" } });
    const task = Task.agent("STUCK");
    const ended = failureOf(executor, task);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const cancelledAt = performance.now();
    await executor.cancel(task);
    expect((await ended).name).toBe("AbortError");
    expect(performance.now() - cancelledAt).toBeLessThan(6_000);
    expect(task.isCancelled).toBe(true);
  });

  it("ends when it is cancelled and the runtime does not answer the abort", async () => {
    const { executor, census } = createFakeBench({ env: { FAKE_RUNTIME_STUCK_AT: "abort" } });
    const task = Task.agent("HANG");
    const ended = failureOf(executor, task);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await executor.cancel(task);
    expect((await ended).name).toBe("AbortError");
    await executor.close();
    if (canCount) expect(census.take()).toEqual([]);
  });

  it.each([
    ["the wait of its handler", { prompt: { timeoutMs: 700 } }, undefined],
    ["its own timeout", {}, 700],
  ])("keeps what was said and used until it is broken off: by %s", async (_by, options, timeoutMs) => {
    const { executor } = createFakeBench(options);
    const task = Task.prompt("HALF", { timeoutMs });
    expect((await failureOf(executor, task)).name).toBe("TimeoutError");
    expect(task.result).toMatchObject({
      output: "half an ans",
      usage: { requestedModel: "gpt-5.4-mini", toolCalls: 0 },
    });
  });

  it("is forgotten by the runtime, whether it succeeds, fails or is cancelled", async () => {
    const { executor, log } = createFakeBench();
    await executor.execute(Task.prompt("ECHO hello"));
    await failureOf(executor, Task.prompt("NOTHING"));
    await failureOf(executor, Task.prompt("HANG", { timeoutMs: 200 }));
    const calls = log();
    const count = (method: string): number => calls.filter((line) => line === method).length;
    expect([count("session.create"), count("session.detach"), count("session.delete")]).toEqual([3, 3, 3]);
    expect(count("session.abort")).toBe(1);
  });
});

describe("the idle watchdog of a turn", () => {
  it("breaks a turn off that gives no sign of life, and says so", async () => {
    const { executor, log } = createFakeBench({ idleTimeoutMs: 300 });
    const task = Task.agent("HANG");
    const error = await failureOf(executor, task);
    expect(error.code).toBe("execution_failed");
    expect(error.message).toContain("nothing was heard of the turn for 300 ms (idleTimeoutMs)");
    expect(task.isFailed).toBe(true);
    expect(log()).toContain("session.abort");
  });

  it("leaves a turn alone that goes on for longer, but not in silence", async () => {
    const { executor } = createFakeBench({ idleTimeoutMs: 300 });
    expect((await executor.execute(Task.agent("CHATTY"))).output).toBe("............");
  });

  it("does not count the time that the permission handler takes", async () => {
    const { executor } = createFakeBench({
      idleTimeoutMs: 300,
      agent: {
        onPermissionRequest: () => new Promise((resolve) => setTimeout(() => resolve({ kind: "approve-once" }), 700)),
      },
    });
    expect((await executor.execute(Task.agent("ASK"))).output).toContain("approve-once");
  });

  it("is off unless it is asked for", async () => {
    const { executor, log } = createFakeBench();
    const task = Task.agent("HANG", { timeoutMs: 1_000 });
    expect((await failureOf(executor, task)).name).toBe("TimeoutError");
    expect(log().join()).not.toContain("session-idle-timeout");
  });
});

describe("a rate limit", () => {
  it("is told with the time after which to try again, where the runtime reports it", async () => {
    const { executor } = createFakeBench();
    const error = await failureOf(executor, Task.prompt("LIMITED"));
    expect(error.retryAfterMs).toBe(42_000);
    expect(error.message).toContain("You have hit a rate limit (status 429). Wait before you try again");
  });
});

describe("a model other than the one that was asked for", () => {
  it("fails the task and breaks the turn off", async () => {
    const { executor, log } = createFakeBench();
    const error = await failureOf(executor, Task.prompt("FALLBACK"));
    expect(error.message).toContain('model "gpt-5.4-mini" was asked for, but "a-cheap-model" answers');
    expect(error.message).toContain('onModelFallback: "warn"');
    expect(log()).toContain("session.abort");
  });

  it('is a warning with onModelFallback: "warn"', async () => {
    const { executor } = createFakeBench({ onModelFallback: "warn" });
    const { output, stderr } = await executor.execute(Task.prompt("FALLBACK"));
    expect(output).toBe("an answer");
    expect(stderr).toContain('"a-cheap-model" answers');
  });

  it.each(["gpt-5.4-mini", "gpt-5.4-mini-2026-03-17", "gpt-5.4-mini-20260317"])("is not seen in %s", async (model) => {
    const { executor } = createFakeBench();
    expect((await executor.execute(Task.prompt(`DATED ${model}`))).output).toBe("an answer");
  });

  it.each(["gpt-5.4", "gpt-5.4-mini-preview", "gpt-5.5"])("is seen in %s", async (model) => {
    const { executor } = createFakeBench();
    expect((await failureOf(executor, Task.prompt(`DATED ${model}`))).message).toContain(`but "${model}" answers`);
  });

  it("may be called by the runtime to shorten the conversation", async () => {
    const { executor } = createFakeBench();
    const { usage } = await executor.execute(Task.prompt("COMPACTED"));
    expect(usage).toMatchObject({ model: "gpt-5.4-mini", inputTokens: 3 });
  });

  it("is what was asked for with the model auto", async () => {
    const { executor } = createFakeBench({ prompt: { model: "auto" } });
    expect((await executor.execute(Task.prompt("DATED gpt-5.5"))).output).toBe("an answer");
  });
});
