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

/** Another executor has the task: it was quicker to start it, or has it because this one was taken for gone. */
export class TaskClaimedError extends TtasksError {
  declare readonly taskId: string;
  declare readonly title: string;

  constructor(task: { readonly id: string; readonly title: string }, options?: { readonly cause?: unknown }) {
    super(
      "task_claimed",
      `Task "${task.title}" (${task.id}) is not this executor's: the store has a newer state of it. Read it from the store to see who has it`,
      options,
    );
    this.taskId = task.id;
    this.title = task.title;
  }

  static {
    this.prototype.name = "TaskClaimedError";
  }
}

/** A task is held, and was executed before it was released; it stays as it was. */
export class TaskHeldError extends TtasksError {
  declare readonly taskId: string;
  declare readonly title: string;

  constructor(task: { readonly id: string; readonly title: string }, reason: string) {
    super(
      "task_held",
      `Cannot execute task "${task.title}" (${task.id}), it is held: ${reason}. Let it go with release(task)`,
    );
    this.taskId = task.id;
    this.title = task.title;
  }

  static {
    this.prototype.name = "TaskHeldError";
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
