import { Task, TaskExecutor } from "@ttasks/core";
import { copilotHandlers, createAgentHandler, createPromptHandler } from "@ttasks/handlers-copilot";
import { describe, expect, it } from "vitest";
import { createFakeBench } from "./fixtures/fake-bench.ts";

describe("the options of the Copilot handlers", () => {
  it.each<[string, unknown, string]>([
    ["an unknown option", { modle: "x" }, "Unknown option `modle` of createPromptHandler()"],
    ["no object", 5, "Expected `options` to be an object"],
    ["a model that is no string", { model: 5 }, "Expected `model` to be a non-empty string, got `5` (number)"],
    ["an empty model", { model: " " }, "Expected `model` to be a non-empty string"],
    [
      "a timeout of 0",
      { timeoutMs: 0 },
      "Expected `timeoutMs` to be a number of milliseconds from 1 to 2147483647, got `0`",
    ],
    ["a timeout of Infinity", { timeoutMs: Infinity }, "Expected `timeoutMs` to be a number of milliseconds"],
    ["a timeout that is no number", { timeoutMs: "5" }, "Expected `timeoutMs` to be a number of milliseconds"],
    ["a bad idle timeout", { idleTimeoutMs: -1 }, "Expected `idleTimeoutMs` to be a number of milliseconds"],
    ["a bad system message", { systemMessage: 1 }, "Expected `systemMessage` to be a string"],
    ["a provider that is no object", { provider: "x" }, "Expected `provider` to be an object"],
    ["a provider without an address", { provider: {} }, "Expected `provider.baseUrl` to be a URL"],
    ["a provider with a bad address", { provider: { baseUrl: "there" } }, "Expected `provider.baseUrl` to be a URL"],
    ["a bad reaction", { onModelFallback: "ignore" }, 'Expected `onModelFallback` to be "fail" or "warn"'],
    ["a builder that is no function", { buildPrompt: "x" }, "Expected `buildPrompt` to be a function"],
    ["an environment that is none", { env: { "A=B": "x" } }, "Expected the names in `env` to be non-empty"],
    ["an option of agents", { workingDirectory: "/tmp" }, "Unknown option `workingDirectory` of createPromptHandler()"],
  ])("of prompts are refused at once: %s", (_what, options, message) => {
    expect(() => createPromptHandler(options as object)).toThrow(message);
    expect(() => createPromptHandler(options as object)).toThrow(TypeError);
  });

  it.each<[string, unknown, string]>([
    ["an unknown option", { timeoutMs: 5 }, "Unknown option `timeoutMs` of createAgentHandler()"],
    ["an empty folder", { workingDirectory: "" }, "Expected `workingDirectory` to be a non-empty string"],
    [
      "a permission handler that is none",
      { onPermissionRequest: true },
      "Expected `onPermissionRequest` to be a function",
    ],
    ["a bad time", { permissionTimeoutMs: 0 }, "Expected `permissionTimeoutMs` to be a number of milliseconds"],
    ["a bad reaction", { onPermissionRefused: true }, 'Expected `onPermissionRefused` to be "fail" or "warn"'],
  ])("of agents are refused at once: %s", (_what, options, message) => {
    expect(() => createAgentHandler(options as object)).toThrow(message);
    expect(() => createAgentHandler(options as object)).toThrow(TypeError);
  });

  it.each<[string, unknown, string]>([
    ["an unknown option", { model: "x" }, "Unknown option `model` of copilotHandlers()"],
    [
      "an unknown option of prompts",
      { prompt: { workingDirectory: "x" } },
      "Unknown option `workingDirectory` of prompt",
    ],
    ["an unknown option of agents", { agent: { timeoutMs: 5 } }, "Unknown option `timeoutMs` of agent"],
    ["prompt options that are none", { prompt: 5 }, "Expected `prompt` to be an object"],
  ])("of both are refused at once: %s", (_what, options, message) => {
    expect(() => copilotHandlers(options as object)).toThrow(message);
  });

  it("that are undefined for one leave what is given for both", async () => {
    const provider = { baseUrl: "http://127.0.0.1:9/v1" };
    const { executor } = createFakeBench({ provider, prompt: { provider: undefined } });
    // Copilot's own models would not be called so.
    expect((await executor.execute(Task.prompt("FALLBACK"))).output).toBe("an answer");
  });

  it("that are given for both hold for both, unless one says otherwise", async () => {
    const { executor } = createFakeBench({ onModelFallback: "warn", prompt: { onModelFallback: "fail" } });
    await expect(executor.execute(Task.prompt("FALLBACK"))).rejects.toThrow("was asked for");
    expect((await executor.execute(Task.agent("FALLBACK"))).stderr).toContain("was asked for");
  });
});

describe("bad input to an AI task", () => {
  it("is refused before it is a task: an empty prompt, a bad timeout", () => {
    expect(() => Task.prompt("")).toThrow(TypeError);
    expect(() => Task.agent(" \n")).toThrow(TypeError);
    expect(() => Task.prompt("Hello?", { timeoutMs: Infinity })).toThrow(TypeError);
  });

  it.each(["/nowhere/at/all", "package.json"])(
    "is refused before the runtime starts: the working directory %s",
    async (workingDirectory) => {
      const { executor, log } = createFakeBench({ agent: { workingDirectory } });
      const task = Task.agent("ECHO hello", { title: "Greet" });
      await expect(executor.execute(task)).rejects.toMatchObject({
        code: "execution_failed",
        message: expect.stringMatching(
          /^Task "Greet" could not be started: ".*", its workingDirectory, is not a folder/,
        ) as string,
      });
      expect(log()).toEqual([]);
    },
  );

  it("is refused before the runtime starts: a builder that makes no prompt", async () => {
    const { executor, log } = createFakeBench({ prompt: { buildPrompt: () => "" } });
    await expect(executor.execute(Task.prompt("Hello?"))).rejects.toThrow("Expected `prompt` to be a non-empty string");
    expect(log()).toEqual([]);
  });

  it("does not start the runtime for a task that is cancelled before", async () => {
    const { executor, log } = createFakeBench();
    const task = Task.prompt("ECHO hello");
    await expect(executor.execute(task, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    expect(log()).toEqual([]);
  });

  it("is sent as JSON where the payload of a type of one's own is no text", async () => {
    const { handlers } = createFakeBench({ prompt: { model: "auto" } });
    const executor = new TaskExecutor({ handlers: { summary: handlers.prompt } });
    const task = new Task({ type: "summary", payload: { of: ["a", "b"] } });
    expect((await executor.execute(task)).output).toBe('{"of":["a","b"]}');
  });
});
