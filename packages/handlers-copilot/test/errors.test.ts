import { execFile } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Task, TaskExecutor } from "@ttasks/core";
import { copilotHandlers, type CopilotHandlersOptions } from "@ttasks/handlers-copilot";
import { describe, expect, it, onTestFinished } from "vitest";
import { createBench, hasRuntime, hermeticEnv, temporaryFolder, whereItRuns } from "./fixtures/bench.ts";
import { createFakeBench } from "./fixtures/fake-bench.ts";
import type { Fault } from "./fixtures/model-server.ts";

const SIGN_IN = "sign in to GitHub Copilot with `npx @github/copilot login`, or set COPILOT_GITHUB_TOKEN";

/** The error of a task that fails. */
async function failureOf(executor: TaskExecutor, task: Task): Promise<Error & Record<string, unknown>> {
  return executor.execute(task).then(
    () => Promise.reject(new Error("The task succeeded")),
    (error: unknown) => error as Error & Record<string, unknown>,
  );
}

/** The error of a task that has no model service: nobody is signed in. */
async function failureWith(
  options: CopilotHandlersOptions,
  task: Task = Task.prompt("Hello?", { title: "Greet" }),
): Promise<Error & Record<string, unknown>> {
  const env = { ...hermeticEnv(temporaryFolder()), ...options.env };
  const executor = new TaskExecutor({ handlers: copilotHandlers({ ...options, env }) });
  onTestFinished(() => executor.close());
  return failureOf(executor, task);
}

describe.skipIf(!hasRuntime)(`who is not signed in${whereItRuns}`, () => {
  it.each(["prompt", "agent"] as const)("is told at once how to do so, for a %s", async (type) => {
    const startedAt = performance.now();
    const error = await failureWith({}, Task[type]("Hello?", { title: "Greet" }));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(error.code).toBe("execution_failed");
    expect(error.message).toContain('Task "Greet": ');
    expect(error.message).toContain(`You are not signed in: ${SIGN_IN}`);
  });

  it("is told so for a token that GitHub does not take", async () => {
    const { executor } = await createBench(
      () => ({ status: 401, body: { message: "Bad credentials" } }),
      {},
      "copilot",
    );
    const error = await failureOf(executor, Task.prompt("Hello?"));
    expect(error.code).toBe("execution_failed");
    expect(error.message).toContain(SIGN_IN);
  });

  it("does not need to be, with a provider", async () => {
    const { executor } = await createBench(() => ({ text: "hello" }));
    expect((await executor.execute(Task.prompt("Hello?"))).output).toBe("hello");
  });
});

describe("a runtime that does not start", () => {
  it("is named when it is not there", async () => {
    const { message } = await failureWith({ env: { COPILOT_CLI_PATH: "/nowhere/copilot" } });
    expect(message).toContain("the Copilot runtime did not start: Copilot CLI not found at /nowhere/copilot");
    expect(message).toContain("Correct COPILOT_CLI_PATH, or unset it");
  });

  it("is told with what it said, when it ends at once", async () => {
    const { executor } = createFakeBench({ env: { FAKE_RUNTIME_EXITS: "1" } });
    const { message } = await failureOf(executor, Task.prompt("ECHO hello"));
    expect(message).toContain("the Copilot runtime did not start: ");
    expect(message).toMatch(/exited|EPIPE|closed/);
  });

  it("is told with what to install, when the SDK has none for the platform", async () => {
    // The real SDK, in a folder that holds nothing for any platform.
    const folder = temporaryFolder();
    const require = createRequire(import.meta.url);
    const sdk = path.resolve(path.dirname(require.resolve("@github/copilot-sdk")), "../..");
    const modules = path.join(folder, "node_modules");
    mkdirSync(path.join(modules, "@github"), { recursive: true });
    cpSync(sdk, path.join(modules, "@github/copilot-sdk"), { recursive: true, dereference: true });
    for (const name of ["vscode-jsonrpc", "zod"]) {
      cpSync(path.join(sdk, "../..", name), path.join(modules, name), { recursive: true, dereference: true });
    }
    const hook = path.join(folder, "redirect.mjs");
    const target = pathToFileURL(path.join(modules, "@github/copilot-sdk/dist/index.js")).href;
    writeFileSync(
      hook,
      `import { register } from "node:module";
       const source = 'export const resolve = (name, context, next) => name === "@github/copilot-sdk" ? { url: ${JSON.stringify(target)}, shortCircuit: true } : next(name, context);';
       register("data:text/javascript," + encodeURIComponent(source));`,
    );
    const program = fileURLToPath(new URL("fixtures/one-prompt.ts", import.meta.url));
    const args = ["--conditions=source", "--import", "tsx", "--import", pathToFileURL(hook).href, program];
    // Where pnpm starts programs, it lets them find everything that is installed.
    const env = { ...process.env, ...hermeticEnv(folder), NODE_PATH: undefined };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toContain("Could not resolve @github/copilot-sdk-");
    expect(stdout).toContain("npm install --include=optional @github/copilot-sdk");
  });
});

describe.skipIf(!hasRuntime)(`a provider that answers with an error${whereItRuns}`, () => {
  it.each<[number, string]>([
    [400, "failed: check the model's name and the address."],
    [401, "The provider refused the key: check `provider.apiKey` for http://127.0.0.1:"],
    [402, "The quota is used up"],
    [404, "failed: check the model's name and the address."],
    [413, "The prompt is longer than model"],
  ])("status %i is told with what to do", async (status, advice) => {
    const { executor } = await createBench(() => ({ status, body: { error: { message: "That is why." } } }));
    const task = Task.prompt("Hello?");
    const error = await failureOf(executor, task);
    expect(error.code).toBe("execution_failed");
    expect(error.message).toContain(advice);
    expect(task.isFailed).toBe(true);
  });

  it("is asked again in silence, and in the end told", async () => {
    const faults: Record<string, Fault> = { error: { status: 500 }, cut: { fault: "hangs up" } };
    const { executor, server } = await createBench(({ prompt }) => faults[prompt]!);
    const refused = { provider: { baseUrl: "http://127.0.0.1:9/v1" }, env: hermeticEnv(temporaryFolder()) };
    const nowhere = new TaskExecutor({ handlers: copilotHandlers(refused) });
    const [error, cut, noServer] = await Promise.all([
      failureOf(executor, Task.prompt("error")),
      failureOf(executor, Task.prompt("cut")),
      failureOf(nowhere, Task.prompt("Hello?")),
    ]);
    await nowhere.close();
    expect(error.message).toContain("failed: check the model's name and the address.");
    expect(cut.message).toContain("failed: check the model's name and the address.");
    expect(noServer.message).toContain("127.0.0.1:9");
    const asked = (prompt: string): number => server.requests.filter((request) => request.prompt === prompt).length;
    expect(asked("error")).toBeGreaterThan(1);
    expect(asked("cut")).toBeGreaterThan(1);
  }, 90_000);

  it("is waited for no longer than the prompt may take, and the last failure is told: 429", async () => {
    const { executor, server } = await createBench(() => ({ status: 429, headers: { "retry-after": "60" } }), {
      prompt: { timeoutMs: 2_500 },
    });
    const task = Task.prompt("Hello?");
    const error = await failureOf(executor, task);
    expect(error).toMatchObject({ name: "TimeoutError", timeoutMs: 2_500 });
    expect((error.cause as Error).message).toContain("status 429");
    expect(server.requests.length).toBeGreaterThan(0);
  });

  it("tells of the last failure in result.stderr when the task's own timeout ends it", async () => {
    const { executor } = await createBench(() => ({ status: 429 }));
    const task = Task.prompt("Hello?", { timeoutMs: 2_500 });
    expect((await failureOf(executor, task)).name).toBe("TimeoutError");
    expect(task.result?.stderr).toContain("status 429");
  });
});

describe.skipIf(!hasRuntime)(`a model that Copilot does not have${whereItRuns}`, () => {
  it("fails the task, where the runtime would take another one in silence", async () => {
    const { executor } = await createBench(() => ({ text: "hello" }), { prompt: { model: "nope" } }, "copilot");
    const error = await failureOf(executor, Task.prompt("Hello?"));
    expect(error.message).toContain('model "nope" was asked for, but "gpt-5.5" answers');
  });

  it('is replaced with a warning with onModelFallback: "warn", and the usage tells both', async () => {
    const options = { prompt: { model: "nope" }, onModelFallback: "warn" } as const;
    const { executor } = await createBench(() => ({ text: "hello" }), options, "copilot");
    const { output, stderr, usage } = await executor.execute(Task.prompt("Hello?"));
    expect(output).toBe("hello");
    expect(stderr).toContain('model "nope" was asked for, but "gpt-5.5" answers');
    expect(usage).toMatchObject({ requestedModel: "nope", model: "gpt-5.5" });
  });

  it("is the provider's own business where there is one", async () => {
    const { executor, server } = await createBench(() => ({ text: "hello" }), { prompt: { model: "llama3.2" } });
    expect((await executor.execute(Task.prompt("Hello?"))).output).toBe("hello");
    expect(server.requests[0]?.model).toBe("llama3.2");
  });
});

describe.skipIf(!hasRuntime)(`Copilot that answers with an error${whereItRuns}`, () => {
  it("tells that the quota is used up", async () => {
    const body = { error: { message: "quota exceeded", code: "quota_exceeded" } };
    const { executor } = await createBench(() => ({ status: 402, body }), {}, "copilot");
    const { message } = await failureOf(executor, Task.prompt("Hello?"));
    expect(message).toContain("quota exceeded (status 402). The quota is used up");
  });

  it("tells that the answer is empty", async () => {
    const { executor } = await createBench(() => ({ text: "" }), {}, "copilot");
    const { message } = await failureOf(executor, Task.prompt("Hello?"));
    expect(message).toContain('Model "gpt-5.4-mini" gave no text: try again');
  });
});
