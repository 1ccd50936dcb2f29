import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Task } from "@ttasks/core";
import { createAgentHandler } from "@ttasks/handlers-copilot";
import { describe, expect, it } from "vitest";
import { createBench, filesWith, hasRuntime, hermeticEnv, whereItRuns, type Path } from "./fixtures/bench.ts";
import type { Saying } from "./fixtures/model-formats.ts";
import type { ModelRequest } from "./fixtures/model-server.ts";
import { TaskExecutor } from "@ttasks/core";

const PATHS: readonly Path[] = ["provider", "copilot"];

/** A model that calls one tool after the other, and then tells what they answered. */
function callsTools(...tools: readonly NonNullable<Saying["tool"]>[]): (request: ModelRequest) => Saying {
  return ({ toolResults }) => {
    const tool = tools[toolResults.length];
    return tool ? { text: `Step ${toolResults.length + 1}.`, tool } : { text: `Done: ${toolResults.join(" | ")}` };
  };
}

const bash = (command: string, more: object = {}): NonNullable<Saying["tool"]> => ({
  name: "bash",
  arguments: { command, description: "a step", ...more },
});

describe.skipIf(!hasRuntime)(`an agent task${whereItRuns}`, () => {
  it.each(PATHS)("really runs commands in the folder that it was given (%s)", async (way) => {
    const { executor, folder } = await createBench(callsTools(bash("pwd > where; echo made it")), {}, way);
    const { output, usage } = await executor.execute(Task.agent("Say where you are."));
    expect(output).toContain("made it");
    expect(readFileSync(path.join(folder, "where"), "utf8").trim()).toBe(folder);
    expect(usage).toMatchObject({ toolCalls: 1, inputTokens: 20, outputTokens: 10 });
  });

  it.each(PATHS)("really edits a file (%s)", async (way) => {
    const agent = { model: "claude-sonnet-4.5" };
    let file = "";
    const edit = { old_str: "one", new_str: "two" };
    const { executor, folder } = await createBench(
      (request) => callsTools({ name: "edit", arguments: { path: file, ...edit } })(request),
      { agent },
      way,
    );
    file = path.join(folder, "numbers.txt");
    writeFileSync(file, "one three\n");
    await executor.execute(Task.agent("Correct the number."));
    expect(readFileSync(file, "utf8")).toBe("two three\n");
  });

  it.each(PATHS)("asks gpt-5.5 unless told otherwise, with the SDK's default tools (%s)", async (way) => {
    const { executor, server } = await createBench(() => ({ text: "hello" }), {}, way);
    await executor.execute(Task.agent("Hello?"));
    const [request] = server.requests;
    expect(request?.model).toBe("gpt-5.5");
    expect(request?.tools).toEqual(expect.arrayContaining(["bash", "apply_patch", "view", "rg", "glob"]));
    expect(request?.system).toContain("You are");
  });

  it("has no timeout of its own: only the task's counts", async () => {
    const { executor } = await createBench(
      ({ prompt }) => (prompt === "hang" ? { fault: "hangs" } : { text: "late", afterMs: 1_000 }),
      {
        prompt: { timeoutMs: 200 },
      },
    );
    expect((await executor.execute(Task.agent("Take your time."))).output).toBe("late");
    await expect(executor.execute(Task.agent("hang", { timeoutMs: 300 }))).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  it("heeds the instructions of its folder, and the system message of its handler beside the SDK's own", async () => {
    const { executor, server, folder } = await createBench(() => ({ text: "yes" }), {
      agent: { systemMessage: "ALWAYS BE KIND" },
    });
    writeFileSync(path.join(folder, "AGENTS.md"), "INSTRUCTIONS OF THE FOLDER");
    await executor.execute(Task.agent("Hello?"));
    expect(server.requests[0]?.text).toContain("INSTRUCTIONS OF THE FOLDER");
    expect(server.requests[0]?.system).toContain("ALWAYS BE KIND");
  });

  it("shows what it says and a line for each tool that it calls, as they come", async () => {
    const { executor } = await createBench(callsTools(bash("echo one\necho two"), bash("true")));
    let said = "";
    let called = "";
    executor.output.subscribe(({ stream, chunk }) => {
      if (stream === "stdout") said += chunk;
      else called += chunk;
    });
    const { output } = await executor.execute(Task.agent("Go."));
    expect(said).toBe(`Step 1.\nStep 2.\n${output}`);
    expect(called).toBe("bash: echo one\nbash: true\n");
  });

  it("takes binary and large output of a tool", async () => {
    const { executor, server } = await createBench(
      callsTools(bash("head -c 100000 /dev/urandom"), bash("head -c 5000000 /dev/zero | tr '\\0' x")),
    );
    const task = Task.agent("Print much.");
    const { output } = await executor.execute(task);
    expect(output).toContain("Done: ");
    expect(task.isDone).toBe(true);
    // The runtime itself gives the model a part of it.
    expect(server.requests.at(-1)!.text.length).toBeLessThan(2_000_000);
  });

  it("leaves no trace on disk but what its tools have made", async () => {
    const { executor, home } = await createBench(callsTools(bash("echo SECRET RESULT")));
    await executor.execute(Task.agent("SECRET ORDER"));
    await executor.close();
    expect([...filesWith(home, "SECRET ORDER"), ...filesWith(home, "SECRET RESULT")]).toEqual([]);
  });

  it("waits for a command that it has started in the background", async () => {
    const { executor, folder } = await createBench(({ toolResults, text }) => {
      if (toolResults.length === 0) return { tool: bash("sleep 1; touch late", { mode: "async" }) };
      return { text: text.includes("completed successfully") ? "It has ended." : "Waiting." };
    });
    expect((await executor.execute(Task.agent("Start it."))).output).toBe("It has ended.");
    expect(existsSync(path.join(folder, "late"))).toBe(true);
  });

  it("runs in a handler of its own with another model", async () => {
    const { server, folder, home } = await createBench(() => ({ text: "yes" }));
    const handler = createAgentHandler({
      model: "gpt-5",
      workingDirectory: folder,
      provider: { baseUrl: `${server.origin}/v1` },
      env: hermeticEnv(home),
    });
    const executor = new TaskExecutor().register("agent", handler);
    await executor.execute(Task.agent("Hello?"));
    await executor.close();
    expect(server.requests.map(({ model }) => model)).toEqual(["gpt-5"]);
  });
});

describe.skipIf(!hasRuntime)(`the permissions of an agent${whereItRuns}`, () => {
  it("are given automatically", async () => {
    const { executor, folder } = await createBench(callsTools(bash("touch allowed")));
    await executor.execute(Task.agent("Go."));
    expect(existsSync(path.join(folder, "allowed"))).toBe(true);
  });

  it("are asked of onPermissionRequest, which is told what is to be done", async () => {
    const asked: unknown[] = [];
    const { executor, folder } = await createBench(callsTools(bash("touch allowed")), {
      agent: {
        onPermissionRequest: (request) => {
          asked.push([request.kind, request["fullCommandText"]]);
          return { kind: "approve-once" };
        },
      },
    });
    await executor.execute(Task.agent("Go."));
    expect(asked).toEqual([["shell", "touch allowed"]]);
    expect(existsSync(path.join(folder, "allowed"))).toBe(true);
  });

  it("fail the task when they are refused, and nothing is run", async () => {
    const { executor, folder, server } = await createBench(callsTools(bash("touch forbidden")), {
      agent: { onPermissionRequest: () => ({ kind: "reject", feedback: "Look, do not touch." }) },
    });
    const task = Task.agent("Go.", { title: "Careful" });
    await expect(executor.execute(task)).rejects.toMatchObject({
      code: "execution_failed",
      message: expect.stringContaining(
        'Task "Careful": permission was refused for shell: touch forbidden (Look, do not touch.). Allow it in onPermissionRequest',
      ) as string,
    });
    expect(existsSync(path.join(folder, "forbidden"))).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  it('let the model find another way with onPermissionRefused: "warn"', async () => {
    const { executor, folder } = await createBench(callsTools(bash("touch forbidden")), {
      agent: {
        onPermissionRequest: () => ({ kind: "reject", feedback: "Look, do not touch." }),
        onPermissionRefused: "warn",
      },
    });
    const { output, stderr } = await executor.execute(Task.agent("Go."));
    expect(output).toContain("Look, do not touch.");
    expect(stderr).toContain("permission was refused for shell: touch forbidden");
    expect(existsSync(path.join(folder, "forbidden"))).toBe(false);
  });

  it.each<[string, () => never, string]>([
    [
      "throws",
      () => {
        throw new Error("no idea");
      },
      "the permission handler threw: no idea",
    ],
    ["rejects", () => Promise.reject(new Error("no idea")) as never, "the permission handler threw: no idea"],
    ["never answers", () => new Promise(() => undefined) as never, "no answer within 300 ms"],
    ["answers no-result", () => ({ kind: "no-result" }) as never, "the permission handler must answer"],
    ["answers nothing", () => undefined as never, "the permission handler must answer"],
  ])("are refused, without a hang, when the handler %s", async (_how, onPermissionRequest, why) => {
    const { executor, folder } = await createBench(callsTools(bash("touch forbidden")), {
      agent: { onPermissionRequest, permissionTimeoutMs: 300, onPermissionRefused: "warn" },
    });
    const { output, stderr } = await executor.execute(Task.agent("Go."));
    expect(stderr).toContain(why);
    expect(output).toContain("Done: ");
    expect(existsSync(path.join(folder, "forbidden"))).toBe(false);
  });
});
