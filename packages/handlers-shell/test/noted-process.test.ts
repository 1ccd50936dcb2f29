import { Task, TaskExecutor, type AttemptProcess, type HandlerContext } from "@ttasks/core";
import { createBashHandler } from "@ttasks/handlers-shell";
import { canListProcesses, processStart } from "@ttasks/node-support";
import { describe, expect, it } from "vitest";

/** Runs a task and tells what its handler has noted. */
async function notedBy(
  payload: string,
  shell?: string,
): Promise<{ readonly output: string; readonly noted: AttemptProcess[] }> {
  const noted: AttemptProcess[] = [];
  const handler = createBashHandler({ shell });
  const executor = new TaskExecutor({
    handlers: {
      bash: ({ task, signal, output, upstream }: HandlerContext<"bash">) =>
        handler({
          ...{ task, signal, output, upstream },
          noteProcess: (process: AttemptProcess) => void noted.push(process),
        }),
    },
  });
  const task = Task.bash(payload);
  await executor.execute(task).catch(() => undefined);
  return { output: task.result?.output ?? "", noted };
}

describe.skipIf(!canListProcesses())(
  "the process of a task (skipped: only its number is noted where /proc cannot be read)",
  () => {
    it("is noted with what tells it from another one of its number", async () => {
      const { output, noted } = await notedBy("echo $$; cat /proc/$$/stat");
      const [pid, stat = ""] = output.split("\n");
      const startTicks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
      const place = processStart(process.pid)!.replace(/\d+$/, "");
      expect(noted).toEqual([{ pid: Number(pid), start: `${place}${startTicks}` }]);
    });

    it("is not noted when it could not be started", async () => {
      expect(await notedBy("echo", "/no/such/shell")).toEqual({ output: "", noted: [] });
    });
  },
);
