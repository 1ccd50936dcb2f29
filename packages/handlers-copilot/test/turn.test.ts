import { Task, type TaskExecutor } from "@ttasks/core";
import { describe, expect, it } from "vitest";
import { canCount } from "./fixtures/census.ts";
import { readdirSync } from "node:fs";
import { temporaryFolder } from "./fixtures/bench.ts";
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

  it.each([
    ["a session", { agent: { model: "stuck-at-create" } }],
    ["the marks of tools", { env: { FAKE_RUNTIME_STUCK_AT: "options" } }],
  ])("does not wait for ever for %s: the idle watchdog looks after that too", async (_what, options) => {
    const { executor } = createFakeBench({ idleTimeoutMs: 400, ...options });
    expect((await failureOf(executor, Task.agent("HANG"))).message).toContain("(idleTimeoutMs)");
  });

  it("times out while a session does not open, and leaves no runtime behind", async () => {
    const { executor, census } = createFakeBench({ prompt: { model: "stuck-at-create", timeoutMs: 300 } });
    expect((await failureOf(executor, Task.prompt("ECHO x"))).name).toBe("TimeoutError");
    await executor.close();
    if (canCount) await census.until((lines) => lines.length === 0, 6_000);
  });

  it("that gets no session fails, is forgotten, and lets the runtime go", async () => {
    const { executor, log, census } = createFakeBench({ prompt: { model: "refused-at-create" } });
    expect((await failureOf(executor, Task.prompt("ECHO x"))).message).toContain("no such session");
    await executor.close();
    expect(log()).toContain("session.delete");
    if (canCount) expect(census.take()).toEqual([]);
  });

  it("is not kept for searches in later sessions", async () => {
    const { executor, log } = createFakeBench();
    await executor.execute(Task.prompt("ECHO x"));
    await executor.execute(Task.agent("ECHO x"));
    expect(log().filter((line) => line.startsWith("session store"))).toEqual(Array(2).fill("session store false"));
  });

  it("in a runtime that has come to a stand ends when it is cancelled, and the next task works", async () => {
    const { executor } = createFakeBench();
    const frozen = Task.agent("FREEZE");
    const ended = failureOf(executor, frozen);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const cancelledAt = performance.now();
    await executor.cancel(frozen);
    expect((await ended).name).toBe("AbortError");
    expect(performance.now() - cancelledAt).toBeLessThan(6_500);
    expect((await executor.execute(Task.agent("ECHO still here", { timeoutMs: 5_000 }))).output).toBe("still here");
  });

  it("leaves no script behind", async () => {
    const folder = temporaryFolder();
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = folder;
    try {
      const { executor } = createFakeBench();
      await executor.execute(Task.agent("ECHO x"));
      await executor.close();
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    }
    expect(readdirSync(folder).filter((name) => name.startsWith("ttasks-copilot-") && !name.includes("test"))).toEqual(
      [],
    );
  });

  it("shows the command of a tool as it is, whatever it does to a terminal", async () => {
    const { executor } = createFakeBench();
    let shown = "";
    executor.output.subscribe(({ stream, chunk }) => (shown += stream === "stderr" ? chunk : ""));
    await executor.execute(Task.agent("SNEAKY"));
    expect(shown).toBe("bash: rm x echo harmless\n");
  });

  it("costs what the runtime says that it does, not a request for each call", async () => {
    const { executor } = createFakeBench();
    expect((await executor.execute(Task.agent("CHARGED"))).usage).toMatchObject({ costUnits: 1, inputTokens: 30 });
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

  it("fails the task, though the runtime calls the turn idle", async () => {
    const { executor } = createFakeBench();
    expect((await failureOf(executor, Task.prompt("LIMITED_AND_IDLE"))).retryAfterMs).toBe(42_000);
  });
});

describe("a question for permission", () => {
  it.each([
    ["that comes after a cancel is refused without asking", "ASK_LATE", 0],
    ["that is open at a cancel is refused", "ASK", 1],
  ])("%s", async (_what, word, asked) => {
    const questions: unknown[] = [];
    const onPermissionRequest = (request: unknown): Promise<never> => {
      questions.push(request);
      return new Promise<never>(() => undefined);
    };
    // The abort is not answered, so that the turn is not over in the runtime.
    const env = { FAKE_RUNTIME_STUCK_AT: "abort" };
    const { executor, log } = createFakeBench({ env, agent: { onPermissionRequest } });
    const task = Task.agent(word);
    const ended = failureOf(executor, task);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await executor.cancel(task);
    expect((await ended).name).toBe("AbortError");
    expect(questions).toHaveLength(asked);
    expect(log().filter((line) => line.startsWith("permission"))).toEqual([
      'permission {"kind":"reject","feedback":"Refused: the task has ended"}',
    ]);
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
    expect(stderr).toBe(
      'model "gpt-5.4-mini" was asked for, but "a-cheap-model" answers: Copilot does not offer the first to you.\n',
    );
  });

  it.each(["gpt-5.4-mini", "gpt-5.4-mini-2026-03-17", "GPT-5-4-mini-20260317"])("is not seen in %s", async (model) => {
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
