import { writeFileSync } from "node:fs";
import path from "node:path";
import { Task, TaskExecutor } from "@ttasks/core";
import { createPromptHandler } from "@ttasks/handlers-copilot";
import { describe, expect, it } from "vitest";
import {
  createBench,
  filesWith,
  hasRuntime,
  hermeticEnv,
  temporaryFolder,
  whereItRuns,
  type Path,
} from "./fixtures/bench.ts";
import { USED } from "./fixtures/model-formats.ts";
import { ModelServer } from "./fixtures/model-server.ts";

const PATHS: readonly Path[] = ["provider", "copilot"];

describe.skipIf(!hasRuntime)(`a prompt task${whereItRuns}`, () => {
  it.each(PATHS)("sends its payload to the model and gives the answer as its output (%s)", async (way) => {
    const { executor, server } = await createBench(() => ({ text: "A graph without cycles." }), {}, way);
    const task = Task.prompt("What is a DAG?");
    const result = await executor.execute(task);
    expect(result.output).toBe("A graph without cycles.");
    expect(task.result).toBe(result);
    expect(task.isDone).toBe(true);
    expect(server.requests.map(({ prompt }) => prompt)).toEqual(["What is a DAG?"]);
  });

  it.each(PATHS)("asks gpt-5.4-mini unless told otherwise (%s)", async (way) => {
    const { executor, server } = await createBench(() => ({ text: "yes" }), {}, way);
    await executor.execute(Task.prompt("Hello?"));
    expect(server.requests.map(({ model }) => model)).toEqual(["gpt-5.4-mini"]);
  });

  it.each(PATHS)("exposes no tool to the model, and tells it nothing that its user did not say (%s)", async (way) => {
    const { executor, server, home, folder } = await createBench(() => ({ text: "yes" }), {}, way);
    writeFileSync(path.join(home, "AGENTS.md"), "INSTRUCTIONS OF THE HOME");
    writeFileSync(path.join(folder, "AGENTS.md"), "INSTRUCTIONS OF THE FOLDER");
    const here = process.cwd();
    process.chdir(folder);
    try {
      await executor.execute(Task.prompt("Hello?"));
    } finally {
      process.chdir(here);
    }
    const [request] = server.requests;
    expect(request).toMatchObject({ system: "", prompt: "Hello?" });
    expect(request?.tools ?? []).toEqual([]);
    expect(request?.text).not.toContain("INSTRUCTIONS OF");
    expect(request?.text).not.toContain("Copilot");
  });

  it.each(PATHS)("is one turn: a tool that the model asks for all the same is not called (%s)", async (way) => {
    const { executor, server, folder } = await createBench(
      ({ toolResults }) =>
        toolResults.length === 0
          ? { tool: { name: "bash", arguments: { command: `touch ${folder}/made`, description: "make a file" } } }
          : { text: `I was told: ${toolResults.join()}` },
      {},
      way,
    );
    const { output } = await executor.execute(Task.prompt("Make a file."));
    expect(output).toContain("does not exist");
    expect(filesWith(folder, "")).toEqual([]);
    expect(server.requests).toHaveLength(2);
  });

  it("starts no MCP server", async () => {
    const { executor, server } = await createBench(() => ({ text: "yes" }), {}, "copilot");
    await executor.execute(Task.prompt("Hello?"));
    expect(server.otherPaths.filter((path) => path.includes("mcp"))).toEqual([]);
  });

  it("tells the model the system message that its handler was given, and nothing else", async () => {
    const prompt = { systemMessage: "Answer in one word." };
    const { executor, server } = await createBench(() => ({ text: "yes" }), { prompt });
    await executor.execute(Task.prompt("Hello?"));
    expect(server.requests[0]?.system).toBe("Answer in one word.");
  });

  it("runs in a handler of its own with another model and another wait", async () => {
    const server = await ModelServer.start(({ prompt }) => (prompt === "hang" ? { fault: "hangs" } : { text: "yes" }));
    const executor = new TaskExecutor();
    const provider = { baseUrl: `${server.origin}/v1` };
    const env = hermeticEnv(temporaryFolder());
    executor.register("prompt", createPromptHandler({ model: "gpt-5", timeoutMs: 3_000, provider, env }));
    try {
      await executor.execute(Task.prompt("Hello?"));
      expect(server.requests.map(({ model }) => model)).toEqual(["gpt-5"]);
      const hanging = Task.prompt("hang");
      await expect(executor.execute(hanging)).rejects.toMatchObject({ name: "TimeoutError", timeoutMs: 3_000 });
      expect(hanging.isFailed).toBe(true);
      expect(hanging.error).toContain("timed out after 3000 ms");
    } finally {
      await executor.close();
      await server.stop();
    }
  });

  it("overrides its handler's wait with its own timeoutMs, be it shorter or longer", async () => {
    const { executor } = await createBench(
      ({ prompt }) => (prompt === "hang" ? { fault: "hangs" } : { text: "late", afterMs: 700 }),
      {
        prompt: { timeoutMs: 300 },
      },
    );
    const short = Task.prompt("hang", { timeoutMs: 150 });
    await expect(executor.execute(short)).rejects.toMatchObject({ name: "TimeoutError", timeoutMs: 150 });
    const long = await executor.execute(Task.prompt("wait", { timeoutMs: 20_000 }));
    expect(long.output).toBe("late");
  });

  it("says what it used: both models, tokens, cost, time to the first token, tool calls", async () => {
    const { executor } = await createBench(() => ({ text: "yes" }), {}, "copilot");
    const { usage } = await executor.execute(Task.prompt("Hello?"));
    expect(usage).toEqual({
      requestedModel: "gpt-5.4-mini",
      model: "gpt-5.4-mini",
      inputTokens: USED.input,
      cachedTokens: USED.cached,
      outputTokens: USED.output,
      costUnits: 0.33,
      timeToFirstTokenMs: expect.any(Number) as number,
      toolCalls: 0,
    });
  });

  it("passes the answer on live, in pieces", async () => {
    const { executor } = await createBench(() => ({ text: "first second" }));
    const pieces: [string, string][] = [];
    executor.output.subscribe(({ stream, chunk }) => pieces.push([stream, chunk]));
    await executor.execute(Task.prompt("Hello?"));
    expect(pieces).toEqual([
      ["stdout", "first "],
      ["stdout", "second"],
    ]);
  });

  it.each(PATHS)("leaves neither prompt nor answer on disk (%s)", async (way) => {
    const { executor, home } = await createBench(() => ({ text: "SECRET ANSWER" }), {}, way);
    await executor.execute(Task.prompt("SECRET QUESTION"));
    await executor.close();
    expect([...filesWith(home, "SECRET QUESTION"), ...filesWith(home, "SECRET ANSWER")]).toEqual([]);
  });

  it("takes a prompt of 5 MB and an answer of 5 MB whole", async () => {
    const line = "0123456789 äöü 😀\n";
    // The runtime itself trims a prompt.
    const text = `${line.repeat(Math.ceil((5 * 1024 * 1024) / Buffer.byteLength(line)))}end`;
    const { executor, server } = await createBench(({ prompt }) => ({ text: prompt }));
    const { output, truncated } = await executor.execute(Task.prompt(text, { title: "long" }));
    expect(server.requests[0]?.prompt.length).toBe(text.length);
    expect(output === text).toBe(true);
    expect(truncated).toBe(false);
  });
});
