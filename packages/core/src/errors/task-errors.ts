import { TtasksError } from "./ttasks-error.ts";

/** A move that the life of a task does not have; the message names both states and the allowed ones. */
export class InvalidTransitionError extends TtasksError {
  constructor(message: string) {
    super("invalid_transition", message);
  }

  static {
    this.prototype.name = "InvalidTransitionError";
  }
}

/** A field of a task that is done was assigned. */
export class TaskFrozenError extends TtasksError {
  constructor(message: string) {
    super("task_frozen", message);
  }

  static {
    this.prototype.name = "TaskFrozenError";
  }
}
