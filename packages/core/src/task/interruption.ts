import { oneOf, type Check } from "../internal/check-option.ts";
import type { Carried, TaskAttempt } from "./task-attempt.ts";
import { TaskResult } from "./task-result.ts";
import type { TaskStatus } from "./task-status.ts";

/**
 * What becomes of a task whose executor is gone while it ran: `"retry"`: it is pending again; `"hold"`: it is pending too, but is not
 * executed before it is released, as its effects may have happened; `"fail"`: it has failed.
 */
export type OnInterrupted = "retry" | "fail" | "hold";

/** Why a pending task is not executed until it is released. */
export interface HeldTask {
  readonly since: Date;
  readonly reason: string;
}

/** What came of the interruption of a task. */
export type InterruptedOutcome = OnInterrupted | "cancel";

/** Throws a `TypeError` for anything but what can become of an interrupted task. */
export const checkOnInterrupted: Check<OnInterrupted> = oneOf<OnInterrupted>(["retry", "fail", "hold"]);

/** What a task is after its executor was gone. */
interface Interrupted {
  readonly past: readonly TaskAttempt[];
  readonly status: TaskStatus;
  readonly carried?: Carried | undefined;
  readonly result?: TaskResult<never> | undefined;
}

/** Where a task goes on from whose executor is gone, or how it ends; `tries` is how many had failed before. */
export function afterInterruption(
  attempts: readonly TaskAttempt[],
  tries: number | undefined,
  outcome: InterruptedOutcome,
  at: number,
  reason: string,
): Interrupted {
  const past = interruptedAttempts(attempts, at);
  if (outcome === "retry" || outcome === "hold")
    return {
      past,
      status: "pending",
      carried: { tries, held: outcome === "hold" ? { since: at, reason } : undefined },
    };
  const status = outcome === "fail" ? "failed" : "cancelled";
  const startedAt = past.at(-1)?.startedAt.getTime() ?? at;
  const times = { startedAt, finishedAt: at, durationMs: Math.max(0, at - startedAt) };
  return { past, status, result: new TaskResult<never>({ status, error: reason, ...times }) };
}

/** The attempt that went on was interrupted, as far as anybody knows at this time. */
function interruptedAttempts(attempts: readonly TaskAttempt[], at: number): readonly TaskAttempt[] {
  const last = attempts.at(-1);
  if (last?.status !== "running") return attempts;
  const interrupted = { ...last, status: "interrupted", reason: "interrupted", finishedAt: new Date(at) } as const;
  return Object.freeze([...attempts.slice(0, -1), Object.freeze(interrupted)]);
}
