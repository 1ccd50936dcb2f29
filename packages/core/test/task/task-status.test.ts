import { describe, expect, it } from "vitest";
import { InvalidTransitionError, Task, TaskStatus } from "@ttasks/core";

const LEGAL: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ["running", "cancelled"],
  running: ["done", "failed", "cancelled"],
  done: [],
  failed: [],
  cancelled: [],
};
const PATHS: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: [],
  running: ["running"],
  done: ["running", "done"],
  failed: ["running", "failed"],
  cancelled: ["cancelled"],
};
const STATES = Object.values(TaskStatus);

function taskIn(status: TaskStatus): Task {
  const task = Task.bash("x", { title: "Build" });
  for (const next of PATHS[status]) task.transitionTo(next);
  return task;
}

const moves = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));

describe("the life of a task", () => {
  it("has the states pending, running, done, failed and cancelled", () => {
    expect(TaskStatus).toEqual({
      PENDING: "pending",
      RUNNING: "running",
      DONE: "done",
      FAILED: "failed",
      CANCELLED: "cancelled",
    });
    expect(Object.isFrozen(TaskStatus)).toBe(true);
  });

  it("begins pending, without result and error", () => {
    const task = Task.bash("x");
    expect([task.status, task.result, task.error, task.isPending]).toEqual(["pending", undefined, undefined, true]);
  });

  it.each(moves.filter(([from, to]) => LEGAL[from].includes(to)))("goes from %s to %s", (from, to) => {
    const task = taskIn(from);
    task.transitionTo(to);
    expect(task.status).toBe(to);
  });

  it.each(moves.filter(([from, to]) => !LEGAL[from].includes(to)))(
    "does not go from %s to %s: the error names both states and the allowed ones",
    (from, to) => {
      const task = taskIn(from);
      const before = task.toJSON();
      const move = () => task.transitionTo(to);
      expect(move).toThrow(InvalidTransitionError);
      const allowed = LEGAL[from].join(", ") || "nothing, it has ended";
      expect(move).toThrow(`Task "Build" cannot go from ${from} to ${to} (allowed: ${allowed})`);
      expect(task.toJSON()).toEqual(before);
    },
  );

  it.each(["finished", "__proto__", "toString", "", undefined, null, 5])(
    "does not go to %o, which is no state",
    (to) => {
      const task = taskIn("running");
      expect(() => task.transitionTo(to as TaskStatus)).toThrow(InvalidTransitionError);
      expect(task.status).toBe("running");
    },
  );

  it.each(STATES)("tells by its flags that it is %s", (status) => {
    const task = taskIn(status);
    expect({
      pending: task.isPending,
      running: task.isRunning,
      done: task.isDone,
      failed: task.isFailed,
      cancelled: task.isCancelled,
    }).toEqual(Object.fromEntries(STATES.map((state) => [state, state === status])));
    expect(task.isTerminal).toBe(["done", "failed", "cancelled"].includes(status));
  });

  it("cancel moves a pending and a running task to cancelled", () => {
    const tasks = [taskIn("pending"), taskIn("running")];
    for (const task of tasks) task.cancel();
    expect(tasks.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });

  it.each(["done", "failed", "cancelled"] as const)("cancel of a task that is %s throws", (status) => {
    const task = taskIn(status);
    expect(() => task.cancel()).toThrow(InvalidTransitionError);
    expect(task.status).toBe(status);
  });
});
