import type { AttemptReason, AttemptStatus } from "@ttasks/core";

/** What the handler does in an attempt: after so many milliseconds it ends, unless it is stopped before. */
export interface Try {
  readonly does: "succeeds" | "fails" | "asks" | "cancels" | "hangs";
  readonly afterMs: number;
  /** What the error of one that asks says. */
  readonly retryAfterMs: number;
}

/** A task, and what happens to it. */
export interface RetryCase {
  readonly attempts: number;
  readonly backoffMs: number;
  readonly factor: number;
  readonly maxBackoffMs: number;
  readonly timeoutMs: number | undefined;
  readonly deadlineMs: number | undefined;
  /** When somebody cancels the task. */
  readonly cancelAtMs: number | undefined;
  /** What the handler does in each attempt; in those after the last one it succeeds at once. */
  readonly tries: readonly Try[];
}

/** An attempt as the model foresees it; times count from the start of the task. */
export interface ExpectedAttempt {
  readonly number: number;
  readonly status: AttemptStatus;
  readonly reason: AttemptReason;
  readonly start: number;
  readonly end: number;
}

/** What must come of the task. */
export interface ExpectedEnd {
  readonly attempts: readonly ExpectedAttempt[];
  readonly status: "done" | "failed" | "cancelled";
  readonly end: number;
}

const ENDINGS: Readonly<Record<Try["does"], readonly [AttemptStatus, AttemptReason]>> = {
  succeeds: ["done", "returned"],
  fails: ["failed", "threw"],
  asks: ["failed", "threw"],
  cancels: ["cancelled", "threw"],
  hangs: ["failed", "threw"],
};

/** The whole life of a task, worked out without a clock: the times in a case are all different, so that nothing happens at once. */
export function foresee(given: RetryCase): ExpectedEnd {
  const { deadlineMs = Infinity, cancelAtMs = Infinity, timeoutMs = Infinity } = given;
  const attempts: ExpectedAttempt[] = [];
  let start = 0;
  for (let number = 1; ; number++) {
    const turn = given.tries[number - 1] ?? { does: "succeeds", afterMs: 0, retryAfterMs: 0 };
    const own = turn.does === "hangs" ? Infinity : start + turn.afterMs;
    const end = Math.min(own, start + timeoutMs, deadlineMs, cancelAtMs);
    const [status, reason] =
      end === own
        ? ENDINGS[turn.does]
        : end === cancelAtMs
          ? (["cancelled", "cancelled"] as const)
          : (["failed", end === deadlineMs ? "deadline" : "timeout"] as const);
    attempts.push({ number, status, reason, start, end });
    const isOver = status !== "failed" || reason === "deadline" || number >= given.attempts;
    const backoff = Math.min(given.backoffMs * given.factor ** (number - 1), given.maxBackoffMs);
    const next = end + (turn.does === "asks" && reason === "threw" ? turn.retryAfterMs : backoff);
    if (isOver || next >= deadlineMs) return { attempts, status: status as ExpectedEnd["status"], end };
    if (cancelAtMs < next) return { attempts, status: "cancelled", end: cancelAtMs };
    start = next;
  }
}
