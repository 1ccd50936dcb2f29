import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Task, TaskExecutor, type OutputChunk } from "@ttasks/core";
import { shellHandlers, type ShellHandlersOptions } from "@ttasks/handlers-shell";
import { describe, expect, it } from "vitest";

function executorWith(options?: ShellHandlersOptions): TaskExecutor {
  return new TaskExecutor({ handlers: shellHandlers({ killGraceMs: 300, ...options }) });
}

describe("live output", () => {
  it("arrives while the task runs, told apart by stream, and is the result in the end", async () => {
    const executor = executorWith();
    const task = Task.bash("echo one; echo two >&2; read -r line < <(sleep 0.2; echo three); echo $line");
    const chunks: OutputChunk[] = [];
    executor.output.subscribe((chunk) => {
      expect(chunk.task).toBe(task);
      expect(task.isRunning).toBe(true);
      chunks.push(chunk);
    });
    const { output, stderr } = await executor.execute(task);
    const heard = (stream: string): string =>
      chunks.flatMap((chunk) => (chunk.stream === stream ? [chunk.chunk] : [])).join("");
    expect(chunks.length).toBeGreaterThanOrEqual(3);
    expect([heard("stdout"), heard("stderr")]).toEqual(["one\nthree\n", "two\n"]);
    expect([output, stderr]).toEqual(["one\nthree\n", "two\n"]);
  });

  it("has characters whole that arrive in two pieces", async () => {
    const executor = executorWith();
    const chunks: string[] = [];
    executor.output.subscribe(({ chunk }) => chunks.push(chunk));
    const pieces = ["\\xf0", "\\x9f", "\\x98", "\\x80", "\\xe2\\x82", "\\xac"];
    const payload = pieces.map((piece) => `printf '${piece}'; sleep 0.05`).join("; ");
    const { output } = await executor.execute(Task.bash(payload));
    expect(chunks.join("")).toBe("😀€");
    expect(chunks.filter((chunk) => /[^😀€]/u.test(chunk))).toEqual([]);
    expect(output).toBe("😀€");
  });

  it("that is not UTF-8 becomes U+FFFD, and the task succeeds", async () => {
    const { output } = await executorWith().execute(Task.bash("printf 'a\\xff\\xc3b\\xe2\\x82'"));
    expect(output).toBe("a\uFFFD\uFFFDb\uFFFD");
  });

  it("reaches the result of a task that is cancelled or times out", async () => {
    const task = Task.bash("echo so far; echo hm >&2; sleep 300", { timeoutMs: 1_500 });
    await expect(executorWith().execute(task)).rejects.toMatchObject({ name: "TimeoutError" });
    expect(task.result).toMatchObject({ output: "so far\n", stderr: "hm\n", signal: "SIGTERM" });
    expect(task.result?.raw).toMatchObject({ signal: "SIGTERM", failed: true });
  });
});

describe("output is bounded", () => {
  it("each stream keeps head and tail, and the result says that it is truncated", async () => {
    const executor = executorWith({ maxOutputBytes: 20 });
    const result = await executor.execute(Task.bash("printf '%026d' 1; seq 3 >&2"));
    expect(result).toMatchObject({
      output: `0000000000\n[... 6 bytes left out ...]\n0000000001`,
      stderr: "1\n2\n3\n",
      truncated: true,
    });
  });

  it("stderr of a failed task is bounded as well", async () => {
    const task = Task.bash("seq 100000 >&2; exit 1");
    await expect(executorWith({ maxOutputBytes: 10 }).execute(task)).rejects.toMatchObject({ truncated: true });
    expect(task.result).toMatchObject({ stderr: "1\n2\n3\n[... 588885 bytes left out ...]\n0000\n", truncated: true });
  });
});

describe("a task ends when its process has exited and its output has ended", () => {
  it("also when the process closes its output and lives on", async () => {
    const { output } = await executorWith().execute(Task.bash("echo hi; exec >&- 2>&-; sleep 0.3"));
    expect(output).toBe("hi\n");
  });

  it("a cancel ends a process that has closed its output", async () => {
    const executor = executorWith();
    const task = Task.bash("exec >&- 2>&-; sleep 300");
    const run = expect(executor.execute(task)).rejects.toMatchObject({ name: "AbortError" });
    await sleep(300);
    expect(await executor.cancel(task)).toBe(true);
    await run;
    expect(task.result?.signal).toBe("SIGTERM");
  });

  it("a timeout ends a background process that floods the output after its parent has gone", async () => {
    const task = Task.bash("yes flood & exit 0", { timeoutMs: 1_000 });
    await expect(executorWith().execute(task)).rejects.toMatchObject({ name: "TimeoutError" });
    expect(task.result).toMatchObject({ status: "failed", truncated: true, exitCode: 0 });
  });
});

describe("exactly one ending", () => {
  it("a cancel while a process of a successful task is being ended cancels the task", async () => {
    const executor = executorWith({ killGraceMs: 2_000 });
    const task = Task.bash("(trap '' TERM; exec >/dev/null 2>&1; sleep 300; sleep 300) & sleep 0.2; echo done");
    const printed = new Promise((resolve) => executor.output.subscribe(resolve));
    const ended = expect(executor.execute(task)).rejects.toMatchObject({ name: "AbortError" });
    await printed;
    await sleep(300);
    expect(await executor.cancel(task)).toBe(true);
    await ended;
    expect(task.result).toMatchObject({ status: "cancelled", output: "done\n", exitCode: 0 });
  });

  it("cancels and ends that race leave each task with one ending and nothing unhandled", async () => {
    const executor = executorWith();
    const tasks = Array.from({ length: 40 }, (_, i) => Task.bash(`sleep 0.0${i % 10}; echo ${i}`));
    const ends = await Promise.all(
      tasks.map(async (task, i) => {
        const run = executor.execute(task).then(
          () => "done",
          (error: unknown) => (error as Error).name,
        );
        await sleep(10 + (i % 7) * 8);
        await executor.cancel(task);
        return run;
      }),
    );
    ends.forEach((end, i) => {
      expect(end).toBe(tasks[i]?.isDone ? "done" : "AbortError");
    });
  });
});

describe("under load", () => {
  it("500 short tasks, 16 at once, each have their own output", async () => {
    const executor = executorWith();
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < 500) {
        const i = next++;
        expect((await executor.execute(Task.bash(`echo ${i}; echo e${i} >&2`))).output).toBe(`${i}\n`);
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
  }, 120_000);

  it.skipIf(process.platform === "win32")(
    "where no file can be opened any more the task fails, says so, and this process lives on",
    async () => {
      const fixture = fileURLToPath(new URL("fixtures/descriptors.ts", import.meta.url));
      const node = `"${process.execPath}" --import tsx --conditions=source "${fixture}"`;
      const child = spawn("bash", ["-c", `ulimit -n 400; exec ${node}`], { cwd: import.meta.dirname });
      let printed = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => (printed += String(chunk)));
      const [code] = (await once(child, "close")) as [number | null];
      const [first, ...rest] = printed.trim().split("\n");
      expect(first).toBe(
        'Task "Hi" could not be started: too many files are open (EMFILE). Run fewer tasks at once, or raise the limit (`ulimit -n`)',
      );
      expect(rest.at(-1)).toBe("fine again");
      expect(new Set([first, ...rest.slice(0, -1)])).toEqual(new Set([first]));
      expect(code).toBe(0);
    },
  );
});
