import type { TtasksError } from "../errors/ttasks-error.ts";
import { MAX_TIMER_MS } from "../internal/check-option.ts";
import type { RetryPolicy } from "../task/retry-policy.ts";
import type { TaskAttempt } from "../task/task-attempt.ts";

/** Milliseconds to the next try of a task that has failed so many times; `undefined` when there is none. */
export function retryDelay(
  { attempts, retryIf, ...backoff }: RetryPolicy,
  tries: number,
  error: TtasksError,
  attempt: TaskAttempt,
): number | undefined {
  if (tries >= attempts || (retryIf && !retryIf(error, attempt))) return undefined;
  const asked = (error as { readonly retryAfterMs?: unknown }).retryAfterMs;
  const delay = isDelay(asked) ? asked : backoffOf(backoff, tries);
  return Math.min(delay, MAX_TIMER_MS);
}

function backoffOf(
  { backoffMs = 1_000, factor = 2, maxBackoffMs = 30_000, jitter = "full" }: Omit<RetryPolicy, "attempts">,
  tries: number,
): number {
  // After very many tries the power is infinite.
  const delay = backoffMs && Math.min(backoffMs * factor ** (tries - 1), maxBackoffMs);
  if (jitter === "none") return delay;
  if (jitter === "full") return Math.random() * delay;
  const chosen = jitter(delay);
  return isDelay(chosen) ? chosen : delay;
}

function isDelay(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}
