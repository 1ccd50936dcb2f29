import { oneOf, type Check } from "../internal/check-option.ts";

/** The states of a task. */
export const TaskStatus = Object.freeze({
  PENDING: "pending",
  RUNNING: "running",
  DONE: "done",
  FAILED: "failed",
  CANCELLED: "cancelled",
} as const);

/** One of the states of a task. */
export type TaskStatus = (typeof TaskStatus)[keyof typeof TaskStatus];

/** A state that a task does not leave. */
export type TerminalStatus = "done" | "failed" | "cancelled";

/** The states that a task does not leave. */
export const TERMINAL_STATUSES: readonly TerminalStatus[] = ["done", "failed", "cancelled"];

/** Which moves are legal. */
export const TRANSITIONS: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ["running", "cancelled"],
  running: TERMINAL_STATUSES,
  done: [],
  failed: [],
  cancelled: [],
};

/** Whether a task in this state has ended. */
export function isTerminal(status: TaskStatus): status is TerminalStatus {
  return status !== "pending" && status !== "running";
}

/** Throws a `TypeError` for anything but a state. */
export const checkStatus: Check<TaskStatus> = oneOf(Object.values(TaskStatus));

/** Throws a `TypeError` for anything but a state that a task does not leave. */
export const checkTerminal: Check<TerminalStatus> = oneOf(TERMINAL_STATUSES);
