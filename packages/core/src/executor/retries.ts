import type { TtasksError } from "../errors/ttasks-error.ts";
import type { RetryPolicy } from "../task/retry-policy.ts";
import type { TaskAttempt } from "../task/task-attempt.ts";
import { NOTHING, type Outcome } from "./ending.ts";
import { retryDelay } from "./retry-delay.ts";

/** What an execution knows of its attempts beside the one that goes on; few have it. */
export class Retries {
  /** When the task must have ended, by the clock that never goes backwards. */
  deadline = Infinity;
  cancelDeadline: (() => void) | undefined;
  /** Whether the attempt that goes on is the last one, however it ends. */
  isLast = false;
  /** What came of the attempt before. */
  lastOutcome: Outcome = NOTHING;
  /** How long the next attempt is waited for. */
  delayMs = 0;
  #tries = 0;

  /** Whether the task is tried again after this attempt; sets the delay. */
  isNext(policy: RetryPolicy, error: TtasksError, attempt: TaskAttempt, now: number): boolean {
    if (this.isLast) return false;
    const delay = retryDelay(policy, ++this.#tries, error, attempt);
    // Who could only start after the deadline need not wait for it.
    if (delay === undefined || now + delay >= this.deadline) return false;
    this.delayMs = delay;
    return true;
  }
}
