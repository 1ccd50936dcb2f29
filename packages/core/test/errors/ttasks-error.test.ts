import { describe, expect, it } from "vitest";
import {
  GraphError,
  InvalidTransitionError,
  isTtasksError,
  NoHandlerError,
  StoreError,
  TaskCancelledError,
  TaskExecutionError,
  TaskFrozenError,
  TaskTimeoutError,
  TtasksError,
} from "@ttasks/core";

const task = { id: "t1", title: "Build", type: "bash" };
const errors: [name: string, code: string, error: TtasksError][] = [
  ["InvalidTransitionError", "invalid_transition", new InvalidTransitionError("m")],
  ["TaskFrozenError", "task_frozen", new TaskFrozenError("m")],
  ["TaskExecutionError", "execution_failed", new TaskExecutionError("m")],
  ["TimeoutError", "timeout", new TaskTimeoutError(task, 5)],
  ["AbortError", "cancelled", new TaskCancelledError()],
  ["NoHandlerError", "no_handler", new NoHandlerError(task)],
  ["GraphError", "cycle", new GraphError("cycle", "m")],
  ["StoreError", "bad_document", new StoreError("bad_document", "m")],
  ["TtasksError", "executor_closed", new TtasksError("executor_closed", "m")],
];

describe("every error of ttasks", () => {
  it.each(errors)("%s is a TtasksError with the code %s", (name, code, error) => {
    expect(error).toBeInstanceOf(TtasksError);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, isTtasksError(error)]).toEqual([name, code, true]);
    expect(error.message).not.toBe("");
    expect(String(error)).toBe(`${name}: ${error.message}`);
    expect(Object.keys(error)).not.toContain("name");
  });

  it("is told from other values, also from another copy of the library", () => {
    const copy = Object.defineProperty(new Error("m"), Symbol.for("ttasks.error"), { value: true });
    expect(isTtasksError(copy)).toBe(true);
    for (const value of [new Error("m"), null, undefined, "error", 5, {}]) expect(isTtasksError(value)).toBe(false);
  });

  it("carries a cause only where there is one", () => {
    expect("cause" in new TaskExecutionError("m")).toBe(false);
    expect(new TaskExecutionError("m", { cause: "why" }).cause).toBe("why");
    expect(new StoreError("store_failed", "m", { cause: "why" }).cause).toBe("why");
    expect(new TaskCancelledError("m", { cause: "why" }).cause).toBe("why");
  });

  it("a TaskExecutionError has the task's id and title and every field of a handler's output", () => {
    const fields = {
      taskId: "t1",
      title: "Build",
      output: "out",
      stderr: "err",
      exitCode: 7,
      signal: "SIGTERM",
      truncated: true,
      raw: { pid: 1 },
    };
    expect(new TaskExecutionError("m", fields)).toMatchObject(fields);
  });

  it("a timeout can be caught by its name, as the platform's own", () => {
    const { name } = new TaskTimeoutError(task, 5_000);
    expect(name).toBe(new DOMException("m", "TimeoutError").name);
    expect(new TaskTimeoutError(task, 5_000)).toMatchObject({ taskId: "t1", title: "Build", timeoutMs: 5_000 });
  });

  it("a cancellation has the name that users of AbortSignal expect", () => {
    expect(new TaskCancelledError().name).toBe((AbortSignal.abort().reason as Error).name);
    expect(new TaskCancelledError().message).toBe("The task was cancelled");
  });
});
