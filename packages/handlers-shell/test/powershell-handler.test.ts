import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Task, TaskExecutor } from "@ttasks/core";
import { shellHandlers } from "@ttasks/handlers-shell";
import { describe, expect, it } from "vitest";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));
const record = path.join(mkdtempSync(path.join(tmpdir(), "ttasks-")), "arguments");
const standIn = { PATH: [fixtures, process.env.PATH].join(path.delimiter), TTASKS_RECORD: record };
const realIsThere = spawnSync("pwsh", ["-NoProfile", "-Command", "exit 0"]).status === 0;

describe.each([
  { program: "a stand-in for pwsh", env: standIn, isThere: process.platform !== "win32" },
  { program: "the real pwsh (skipped where it is not installed)", env: {}, isThere: realIsThere },
])("a PowerShell task run by $program", ({ env, isThere }) => {
  const executor = new TaskExecutor({ handlers: shellHandlers({ env, killGraceMs: 2_000 }) });
  const test = it.skipIf(!isThere);

  test("gives what it printed", async () => {
    const result = await executor.execute(Task.powershell("Write-Output 'hello'"));
    expect(result).toMatchObject({ exitCode: 0, status: "done" });
    expect(lines(result.output)).toEqual(["hello"]);
  });

  test("that fails has its exit code and stderr", async () => {
    const task = Task.powershell("[Console]::Error.WriteLine('boom'); exit 3", { title: "Fail" });
    await expect(executor.execute(task)).rejects.toThrow('Task "Fail": pwsh exited with code 3: boom');
    expect(task.result).toMatchObject({ exitCode: 3, status: "failed" });
    expect(lines(task.result?.stderr)).toEqual(["boom"]);
  });

  test("has its payload as one argument that no shell has looked at before", async () => {
    const payload = "Write-Output 'a  b'; Write-Output \"$(1 + 1) `\"q`\"\"\n$c = 'c'\nWrite-Output $c";
    const { output } = await executor.execute(Task.powershell(payload));
    expect(lines(output)).toEqual(["a  b", '2 "q"', "c"]);
  });

  test("reads metadata.shell.stdin, and finds stdin closed without it", async () => {
    const read = (metadata: Task["metadata"]) =>
      executor.execute(Task.powershell("[Console]::In.ReadToEnd()", { metadata }));
    expect(lines((await read({ shell: { stdin: "some text" } })).output)).toEqual(["some text"]);
    expect(lines((await read({})).output)).toEqual([]);
  });

  test("has the environment of metadata.shell", async () => {
    const task = Task.powershell("Write-Output $env:TTASKS_A", { metadata: { shell: { env: { TTASKS_A: "x y" } } } });
    expect(lines((await executor.execute(task)).output)).toEqual(["x y"]);
  });

  test("is ended by its timeout", async () => {
    const task = Task.powershell("Start-Sleep 300", { timeoutMs: 1_000 });
    await expect(executor.execute(task)).rejects.toMatchObject({ name: "TimeoutError" });
    expect(task.result).toMatchObject({ status: "failed", raw: { failed: true } });
  });
});

it.skipIf(process.platform === "win32")(
  "PowerShell is called with -NoProfile -NonInteractive -Command and the payload",
  async () => {
    const executor = new TaskExecutor({ handlers: shellHandlers({ env: standIn }) });
    await executor.execute(Task.powershell("Write-Output 'hello'"));
    const [...args] = readFileSync(record, "utf8").split("\0");
    expect(args).toEqual(["-NoProfile", "-NonInteractive", "-Command", "Write-Output 'hello'", ""]);
  },
);

it("where PowerShell is missing the task says what to install", async () => {
  const executor = new TaskExecutor({ handlers: shellHandlers({ shell: { powershell: "no-such-pwsh" } }) });
  const run = executor.execute(Task.powershell("1", { title: "Hi" }));
  await expect(run).rejects.toThrow(
    'Task "Hi" could not be started: the program "no-such-pwsh" was not found. Install PowerShell 7 (https://aka.ms/powershell)',
  );
  await expect(run).rejects.toMatchObject({ name: "TaskExecutionError", cause: { code: "ENOENT" } });
});

function lines(text: string | undefined): string[] {
  return (text ?? "").split(/\r?\n/).filter((line) => line !== "");
}
