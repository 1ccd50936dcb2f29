import { existsSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Task, TaskExecutor, type JsonValue } from "@ttasks/core";
import { shellHandlers, type ShellHandlersOptions } from "@ttasks/handlers-shell";
import { afterEach, describe, expect, it } from "vitest";

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "ttasks-")));

async function outputOf(
  payload: string,
  shell: JsonValue,
  options?: ShellHandlersOptions,
): Promise<string | undefined> {
  const executor = new TaskExecutor({ handlers: shellHandlers(options) });
  const { output } = await executor.execute(Task.bash(payload, { metadata: { shell } }));
  return output;
}

describe("a task's metadata.shell goes before the handler's options", () => {
  afterEach(() => {
    delete process.env.TTASKS_A;
    delete process.env.TTASKS_ATTEMPT;
  });

  it("cwd is the folder that the process starts in", async () => {
    expect(await outputOf("pwd", { cwd: folder })).toBe(`${folder}\n`);
    expect(await outputOf("pwd", {}, { cwd: folder })).toBe(`${folder}\n`);
    expect(await outputOf("pwd", {})).toBe(`${process.cwd()}\n`);
  });

  it("a relative cwd starts from the handler's", async () => {
    expect(await outputOf("pwd", { cwd: ".." }, { cwd: folder })).toBe(`${path.dirname(folder)}\n`);
  });

  it("env comes on top of the handler's, which comes on top of that of this process", async () => {
    process.env.TTASKS_A = "process";
    const print = 'echo "$TTASKS_A|$TTASKS_B|$TTASKS_C"';
    const options = { env: { TTASKS_B: "handler", TTASKS_C: "handler" } };
    expect(await outputOf(print, { env: { TTASKS_C: "task" } }, options)).toBe("process|handler|task\n");
  });

  it("a variable that is null, or undefined in the options, is taken away", async () => {
    process.env.TTASKS_A = "process";
    const print = "echo ${TTASKS_A-gone} ${TTASKS_B-gone}";
    expect(await outputOf(print, { env: { TTASKS_B: null } }, { env: { TTASKS_A: undefined, TTASKS_B: "b" } })).toBe(
      "gone gone\n",
    );
  });

  it("odd values of variables arrive as they are", async () => {
    const odd = { TTASKS_A: "", TTASKS_B: "a b\n\"'$(echo x)`€=", "odd.name-1": "x" };
    const print = 'printf "%s|%s|" "$TTASKS_A" "$TTASKS_B"; printenv odd.name-1';
    expect(await outputOf(print, { env: odd })).toBe(`|${odd.TTASKS_B}|x\n`);
  });

  it("TTASKS_ATTEMPT names executor, task and attempt, whatever the settings say, after what this process runs under", async () => {
    const executor = new TaskExecutor({ handlers: shellHandlers({ env: { TTASKS_ATTEMPT: undefined } }) });
    const shell = { env: { TTASKS_ATTEMPT: "mine" } };
    const task = Task.bash("printf %s $TTASKS_ATTEMPT; exit 1", { metadata: { shell } });
    await expect(executor.execute(task)).rejects.toMatchObject({ output: `${executor.id}/${task.id}/1` });
    process.env.TTASKS_ATTEMPT = "outer/task/7";
    task.reset();
    const marks = `outer/task/7:${executor.id}/${task.id}/2`;
    await expect(executor.execute(task)).rejects.toMatchObject({ output: marks });
  });

  it("stdin is what the process reads", async () => {
    expect(await outputOf("cat", { stdin: "héllo\n€" })).toBe("héllo\n€");
    expect(await outputOf("cat; echo end", { stdin: "" })).toBe("end\n");
  });

  it("stdin may be longer than a pipe", async () => {
    expect(await outputOf("wc -c", { stdin: "x".repeat(3_000_000) })).toMatch(/^ *3000000\n$/);
  });

  it("stdin that the process does not read does no harm", async () => {
    expect(await outputOf("exec 0<&-; echo done", { stdin: "x".repeat(3_000_000) })).toBe("done\n");
    expect(await outputOf("head -c 1; sleep 0.1", { stdin: "x".repeat(3_000_000) })).toBe("x");
  });

  it("without stdin a process that reads finds it closed", async () => {
    expect(await outputOf("cat; echo end", {})).toBe("end\n");
  });
});

describe("metadata.shell that is not as expected fails the task before anything starts", () => {
  it.each<[string, JsonValue, string]>([
    ["an unknown key", { timeout: 1 }, "Unknown option `timeout` of metadata.shell; it takes cwd, env, stdin"],
    ["text", "x", "Expected `metadata.shell` to be an object, got `x` (string)"],
    ["null", null, "Expected `metadata.shell` to be an object, got `null`"],
    ["a cwd that is a number", { cwd: 1 }, "Expected `metadata.shell.cwd` to be a non-empty string"],
    ["an env that is text", { env: "A=1" }, "Expected `metadata.shell.env` to be an object, got `A=1` (string)"],
    ["a variable that is true", { env: { A: true } }, "Expected `metadata.shell.env.A` to be a string"],
    ["stdin that is a number", { stdin: 1 }, "Expected `metadata.shell.stdin` to be a string, got `1` (number)"],
  ])("%s", async (_what, shell, message) => {
    const file = path.join(folder, "started");
    const run = outputOf(`touch ${file}`, shell);
    await expect(run).rejects.toMatchObject({ name: "TaskExecutionError", cause: expect.any(TypeError) as TypeError });
    await expect(run).rejects.toThrow(message);
    expect(existsSync(file)).toBe(false);
  });
});
