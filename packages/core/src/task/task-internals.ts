import type { InterruptedOutcome } from "./interruption.ts";
import type { AttemptProcess, LatestAttempt, TaskAttempt } from "./task-attempt.ts";
import type { TaskResult } from "./task-result.ts";

/** The run of a task, as far as others have to do with it. */
export interface TaskRun {
  /** When the attempt that goes on has started: milliseconds since the epoch. */
  readonly startedAt: number;
  /** Somebody else moved the task. */
  moved(): void;
  /** Tells the handler to stop; `false` when the run has ended, or was told to stop before. */
  cancel(): boolean;
  /** Resolves when the task is settled: saved, and its events sent. */
  readonly settled: Promise<void>;
}

/** What executors do with a task and its users cannot. */
export interface TaskInternals<T> {
  /** Moves the task to running, and notes who runs it until it is released. */
  start(task: T, run: TaskRun, latest: LatestAttempt): void;
  /** Nobody runs the task any more; where nobody was told of its start, it is taken back. */
  release(task: T, isTold: boolean): void;
  runOf(task: T): TaskRun | undefined;
  /** How many attempts are kept beside the latest. */
  pastAttempts(task: T): number;
  /** How many tries of the execution have failed before it was interrupted. */
  triesOf(task: T): number;
  /** Notes an attempt that is not the last one, and how many tries have failed; the task goes on running. */
  endAttempt(task: T, ended: TaskAttempt, tries: number, latest: LatestAttempt): void;
  /** Notes that the next attempt has started. */
  startAttempt(task: T, latest: LatestAttempt): void;
  /** Attaches the result and moves the task, unless it was moved already. */
  end(task: T, result: TaskResult, latest?: LatestAttempt): void;
  /** Notes what the attempt that goes on runs outside of this program. */
  noteProcess(task: T, process: AttemptProcess): void;
  /** The executor of a running task is gone: moves the task to where it goes on from, or to its end. */
  interrupt(task: T, outcome: InterruptedOutcome, at: number, reason: string): void;
  /** Lets a held task go; `false` when it was not held. */
  unhold(task: T): boolean;
  /** As `task.reset()`, but from done as well. */
  reset(task: T): void;
}
