import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { InMemoryStore, Task, TaskExecutionError, TaskExecutor } from "@ttasks/core";
import { createBashHandler, shellHandlers, type ShellHandlersOptions } from "@ttasks/handlers-shell";
import { describe, expect, it } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "ttasks-"));

function executorWith(options?: ShellHandlersOptions): TaskExecutor {
  return new TaskExecutor({ handlers: shellHandlers(options) });
}

async function failureOf(task: Task, options?: ShellHandlersOptions): Promise<TaskExecutionError> {
  const error: unknown = await executorWith(options)
    .execute(task)
    .catch((reason: unknown) => reason);
  if (!(error instanceof TaskExecutionError)) throw new Error(`Expected a TaskExecutionError, got ${String(error)}`);
  return error;
}

describe("a bash task that succeeds", () => {
  it("gives what it printed, not trimmed, with its exit code, stderr and execa's result", async () => {
    const task = Task.bash("echo hello; echo careful >&2");
    const result = await executorWith().execute(task);
    expect(result).toBe(task.result);
    expect(result).toMatchObject({ output: "hello\n", stderr: "careful\n", exitCode: 0, truncated: false });
    expect(result.signal).toBeUndefined();
    expect(result.error).toBeUndefined();
    expect(result.raw).toMatchObject({ exitCode: 0, failed: false, durationMs: expect.any(Number) as number });
  });

  it("has its payload as one argument that no shell has looked at before", async () => {
    const payload = `printf '%s|' "$0" "$#" "a  b" '$HOME' "\\$(id)" 'it'"'"'s' "€"\necho "\`echo x\`"`;
    const { output } = await executorWith().execute(Task.bash(payload));
    expect(output).toBe("bash|0|a  b|$HOME|$(id)|it's|€|x\n");
  });

  it("sees the environment of this process as it is when the task starts", async () => {
    process.env["TTASKS_OF_THE_PARENT"] = "as it is";
    try {
      const { output } = await executorWith().execute(Task.bash('echo "$TTASKS_OF_THE_PARENT"'));
      expect(output).toBe("as it is\n");
    } finally {
      delete process.env["TTASKS_OF_THE_PARENT"];
    }
  });

  it("may have a payload of 100 kB", async () => {
    const { output } = await executorWith().execute(Task.bash(`echo "${"x".repeat(100_000)}" | wc -c`));
    expect(Number(output)).toBe(100_001);
  });

  it("can be run by another program", async () => {
    const shell = path.join(folder, "my-bash");
    writeFileSync(shell, '#!/bin/sh\necho "$@"\n');
    chmodSync(shell, 0o755);
    const executor = new TaskExecutor();
    executor.register("bash", createBashHandler({ shell }));
    expect((await executor.execute(Task.bash("echo 'a  b'"))).output).toBe("-c echo 'a  b'\n");
  });

  it("whose shell exits with the code of a command that a signal ended has an exit code as any other", async () => {
    const error = await failureOf(Task.bash("bash -c 'kill -9 $$'; exit $?"));
    expect(error).toMatchObject({ exitCode: 137, signal: undefined });
  });
});

describe("a bash task that fails", () => {
  it("tells which task, what ran, how it ended and the last lines of stderr", async () => {
    const error = await failureOf(Task.bash("seq 10 >&2; echo out; exit 7", { title: "Count" }));
    expect(error.message).toBe('Task "Count": bash exited with code 7: 8\n9\n10');
    expect(error).toMatchObject({ code: "execution_failed", title: "Count", exitCode: 7, output: "out\n" });
    expect(error.stderr).toBe("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    expect(error.raw).toMatchObject({ exitCode: 7, failed: true });
  });

  it("has a result with stdout, stderr, exit code and execa's result", async () => {
    const task = Task.bash("echo boom >&2; echo out; exit 7");
    await failureOf(task);
    expect(task.result).toMatchObject({
      status: "failed",
      output: "out\n",
      error: "boom\n",
      stderr: "boom\n",
      exitCode: 7,
    });
    expect(task.result?.raw).toMatchObject({ exitCode: 7 });
    expect(task.error).toBe("boom\n");
  });

  it("without stderr has a sentence for its error", async () => {
    const task = Task.bash("exit 3", { title: "Quiet" });
    await failureOf(task);
    expect(task.error).toBe('Task "Quiet": bash exited with code 3');
  });

  it.each(["SIGKILL", "SIGSEGV", "SIGTERM"] as const)("by %s is told to have ended by that signal", async (signal) => {
    const task = Task.bash(`ulimit -c 0; kill -${signal.slice(3)} $$; sleep 10`, { title: "Fall" });
    const error = await failureOf(task);
    expect(error.message).toBe(`Task "Fall": bash was ended by signal ${signal}`);
    expect(error).toMatchObject({ signal, exitCode: undefined });
    expect(task.result).toMatchObject({ signal, status: "failed" });
  });

  it("quotes a bounded part of stderr, without colours", async () => {
    const error = await failureOf(Task.bash(`printf '\\e[31m%0100000d\\e[0m' 1 >&2; exit 1`, { title: "Red" }));
    expect(error.message.length).toBeLessThan(600);
    expect(error.message).toMatch(/: …0+1$/);
  });

  it("keeps its fields with a store", async () => {
    const store = new InMemoryStore();
    const task = Task.bash("echo no >&2; exit 2");
    await expect(new TaskExecutor({ handlers: shellHandlers(), store }).execute(task)).rejects.toThrow();
    expect(store.tasks.get(task.id)?.result).toMatchObject({ exitCode: 2, stderr: "no\n" });
  });
});

describe("a bash task that cannot be started says why and what to do", () => {
  it("where bash is missing", async () => {
    const error = await failureOf(Task.bash("true", { title: "Hi" }), { shell: { bash: "no-such-bash" } });
    expect(error.message).toMatch(
      /^Task "Hi" could not be started: the program "no-such-bash" was not found\. Install bash .* or name the program/,
    );
    expect(error.cause).toMatchObject({ code: "ENOENT" });
  });

  it("where bash is not on the PATH of the task", async () => {
    const error = await failureOf(Task.bash("true", { metadata: { shell: { env: { PATH: folder } } } }));
    expect(error.message).toContain('the program "bash" was not found. Install bash');
  });

  it("where the folder is missing", async () => {
    const cwd = path.join(folder, "missing");
    const error = await failureOf(Task.bash("true"), { cwd });
    expect(error.message).toContain(`the folder "${cwd}", its \`cwd\`, does not exist`);
  });

  it("where the folder is a file", async () => {
    const cwd = path.join(folder, "file");
    writeFileSync(cwd, "");
    expect((await failureOf(Task.bash("true"), { cwd })).message).toContain(`"${cwd}", its \`cwd\`, is not a folder`);
    expect((await failureOf(Task.bash("true"), { cwd: path.join(cwd, "x") })).message).toContain("does not exist");
  });

  it("where the program may not be run", async () => {
    const shell = path.join(folder, "plain");
    writeFileSync(shell, "");
    const error = await failureOf(Task.bash("true"), { shell: { bash: shell } });
    expect(error.message).toContain(`"${shell}" may not be run or is not a program (EACCES)`);
  });

  it.skipIf(process.platform !== "linux")("where the payload is longer than an argument can be", async () => {
    const script = `echo ${"x".repeat(200_000)} | wc -c`;
    const error = await failureOf(Task.bash(script, { title: "Long" }));
    expect(error.message).toContain(`its payload (${script.length} bytes)`);
    expect(error.message).toContain("take `bash -s` as the payload and the script as `metadata.shell.stdin`");
    const { output } = await executorWith().execute(Task.bash("bash -s", { metadata: { shell: { stdin: script } } }));
    expect(Number(output)).toBe(200_001);
  });

  it("where the payload has a NUL character", async () => {
    const error = await failureOf(Task.bash("echo a\0b"));
    expect(error.message).toContain(
      "Expected `payload` to be a non-empty string without NUL characters, got `echo a\\0b`",
    );
    expect(error.cause).toBeInstanceOf(TypeError);
  });
});
