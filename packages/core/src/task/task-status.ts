import { expected } from "../internal/check-option.ts";

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

/** Which moves are legal. */
export const TRANSITIONS: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ["running", "cancelled"],
  running: ["done", "failed", "cancelled"],
  done: [],
  failed: [],
  cancelled: [],
};

/** Whether a task in this state has ended. */
export function isTerminal(status: TaskStatus): status is TerminalStatus {
  return TRANSITIONS[status].length === 0;
}

/** Gives the value back; throws a `TypeError` for anything but a state. */
export function checkStatus(value: unknown): TaskStatus {
  if (typeof value !== "string" || !Object.hasOwn(TRANSITIONS, value))
    throw expected("status", `one of ${Object.keys(TRANSITIONS).join(", ")}`, value);
  return value as TaskStatus;
}
