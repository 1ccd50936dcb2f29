import type { TtasksError } from "../errors/ttasks-error.ts";
import { checkBoolean, MAX_TIMER_MS } from "../internal/check-option.ts";
import type { RetryPolicy } from "../task/retry-policy.ts";
import type { TaskAttempt } from "../task/task-attempt.ts";
import { NOTHING, type Outcome } from "./ending.ts";

/** An error may say in how many milliseconds trying again may help. */
interface Hint {
  readonly retryAfterMs?: unknown;
}

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
  /** How many tries have failed, those before an interruption included. */
  tries: number;

  constructor(tries: number) {
    this.tries = tries;
  }

  /** Whether the task is tried again after this attempt; sets the delay. */
  isNext(policy: RetryPolicy, error: TtasksError, attempt: TaskAttempt, now: number): boolean {
    const tries = ++this.tries;
    if (this.isLast || tries >= policy.attempts || (policy.retryIf && !checkVerdict(policy.retryIf(error, attempt))))
      return false;
    // An error that is none of ttasks' is the cause of one.
    const { retryAfterMs = (error.cause as Hint | null | undefined)?.retryAfterMs } = error as Hint;
    this.delayMs = Math.min(isDelay(retryAfterMs) ? retryAfterMs : backoffOf(policy, tries), MAX_TIMER_MS);
    // Who could only start after the deadline need not wait for it; and the user's functions may have stopped the task.
    return !this.isLast && now + this.delayMs < this.deadline;
  }
}

function backoffOf(
  { backoffMs = 1_000, factor = 2, maxBackoffMs = 30_000, jitter = "full" }: RetryPolicy,
  tries: number,
): number {
  // After very many tries the power is infinite.
  const delay = backoffMs && Math.min(backoffMs * factor ** (tries - 1), maxBackoffMs);
  if (jitter === "none") return delay;
  const chosen = jitter === "full" ? Math.random() * delay : jitter(delay);
  return isDelay(chosen) ? chosen : delay;
}

/** A promise would always be taken for a yes. */
function checkVerdict(verdict: unknown): boolean {
  Promise.resolve(verdict).catch(() => undefined);
  return checkBoolean("what retryIf returns", verdict);
}

function isDelay(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}
