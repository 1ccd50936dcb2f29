import {
  arrayOf,
  checkCount,
  checkNumber,
  checkOrdinal,
  checkString,
  checkText,
  oneOf,
  optional,
  shape,
} from "../internal/check-option.ts";
import type { JsonObject, JsonValue } from "../internal/json-value.ts";
import type { DocumentFields } from "./read-document.ts";
import type { TaskResult } from "./task-result.ts";
import { isTerminal, type TaskStatus } from "./task-status.ts";

/** The states of an attempt. */
export const AttemptStatus = Object.freeze({
  RUNNING: "running",
  DONE: "done",
  FAILED: "failed",
  CANCELLED: "cancelled",
  INTERRUPTED: "interrupted",
} as const);

/** One of the states of an attempt. */
export type AttemptStatus = (typeof AttemptStatus)[keyof typeof AttemptStatus];

/**
 * Why an attempt ended: its handler returned or threw, it ran into the task's `timeoutMs` or `deadlineMs`, it was cancelled, the task
 * was moved by hand, its executor was gone, or its executor was taken for gone and somebody else has the task now.
 */
export type AttemptReason =
  "returned" | "threw" | "timeout" | "deadline" | "cancelled" | "moved" | "interrupted" | "claimed";

/** What an attempt runs outside of this program. */
export interface AttemptProcess {
  /** The number of the process that leads the group. */
  readonly pid: number;
  /** Tells the process from another one that is given the same number later; what it looks like is the platform's affair. */
  readonly start: string;
}

/** One execution of a task. Its ending never changes; what it printed as its output is in the task's result only. */
export interface TaskAttempt {
  /** Counts from 1 and goes on after `task.reset()`. */
  readonly number: number;
  readonly status: AttemptStatus;
  /** Why it ended. */
  readonly reason?: AttemptReason | undefined;
  /** The exit code of its process. */
  readonly exitCode?: number | undefined;
  /** The signal that ended its process, as `"SIGKILL"`. */
  readonly signal?: string | undefined;
  /** Why it did not succeed; of a long one the beginning and the end, 1,000 characters in all. */
  readonly error?: string | undefined;
  readonly startedAt: Date;
  readonly finishedAt?: Date | undefined;
  /** Milliseconds between start and end, measured with a clock that never goes backwards. */
  readonly durationMs?: number | undefined;
  /** The `id` of the executor that ran it. */
  readonly executorId: string;
  /** The process group that it runs, or ran when it was interrupted. */
  readonly process?: AttemptProcess | undefined;
}

/** What an execution that was interrupted leaves to the next one; few tasks have it. */
export interface Carried {
  readonly executor?: undefined;
  readonly retryAt?: undefined;
  readonly process?: undefined;
  /** How many tries have failed. */
  readonly tries?: number | undefined;
  /** Since when the task is held, in milliseconds since the epoch, and why. */
  readonly held?: { readonly since: number; readonly reason: string } | undefined;
}

/** What is known of the latest attempt beside the task's result; tasks that ended alike share one. */
export interface LatestAttempt {
  readonly executor: { readonly id: string };
  readonly reason?: AttemptReason | undefined;
  /** Of an attempt whose run is not in this process: milliseconds since the epoch. */
  readonly startedAt?: number | undefined;
  /** There is no latest attempt: all have ended, and the next one starts then. */
  readonly retryAt?: number | undefined;
  readonly process?: AttemptProcess | undefined;
  /** How many tries of the execution have failed. */
  readonly tries?: number | undefined;
  readonly held?: undefined;
}

/** So many attempts of a task are kept. */
export const MAX_ATTEMPTS = 100;
const MAX_ERROR_LENGTH = 1_000;
/** Why attempts mostly end so: a document tells the others only. */
const USUAL_REASONS: { readonly [S in TaskStatus]?: AttemptReason } = {
  done: "returned",
  failed: "threw",
  cancelled: "cancelled",
};

/** What tasks have that were not tried yet. */
export const NO_ATTEMPTS: readonly TaskAttempt[] = Object.freeze([]);

function nextNumber(past: readonly TaskAttempt[]): number {
  return (past.at(-1)?.number ?? 0) + 1;
}

/** What is noted of the next attempt of the execution: it has as many failed tries. */
export function nextLatest(latest: LatestAttempt, before: LatestAttempt | Carried | undefined): LatestAttempt {
  return before?.tries ? { ...latest, tries: before.tries } : latest;
}

/** The attempts with one more, without the oldest where there are too many. */
export function withAttempt(past: readonly TaskAttempt[], attempt: TaskAttempt): readonly TaskAttempt[] {
  return Object.freeze([...past.slice(1 - MAX_ATTEMPTS), attempt]);
}

/** An attempt that came to this result. */
export function endedAttempt(number: number, result: TaskResult, { executor, reason }: LatestAttempt): TaskAttempt {
  const { status, exitCode, signal, error, startedAt, finishedAt, durationMs } = result;
  return Object.freeze({
    ...{ number, status, reason, exitCode, signal, error: bounded(error) },
    ...{ startedAt, finishedAt, durationMs, executorId: executor.id },
  });
}

/** All attempts of a task, from what it knows of them. */
export function attemptsOf(
  past: readonly TaskAttempt[],
  latest: LatestAttempt | Carried | undefined,
  result: TaskResult | undefined,
  status: TaskStatus,
  runStartedAt: number | undefined,
): readonly TaskAttempt[] {
  if (!latest?.executor || latest.retryAt !== undefined) return past;
  const number = nextNumber(past);
  if (result) return withAttempt(past, endedAttempt(number, result, latest));
  const startedAt = new Date(runStartedAt ?? latest.startedAt ?? 0);
  const isRunning = runStartedAt !== undefined || !isTerminal(status);
  const attempt = {
    number,
    status: isRunning ? "running" : status,
    startedAt,
    executorId: latest.executor.id,
    ...(latest.process && { process: latest.process }),
  } as const;
  return withAttempt(past, Object.freeze(attempt));
}

/** What a document keeps of attempts: of the latest one what the task's state and its result do not tell. */
export function attemptsToJSON(
  past: readonly TaskAttempt[],
  latest: LatestAttempt | Carried | undefined,
  status: TaskStatus,
  runStartedAt: number | undefined,
  hasResult: boolean,
): JsonObject | undefined {
  if (!latest && past.length === 0) return undefined;
  const attempts = past.length > 0 ? past.map(attemptToJSON) : undefined;
  if (!latest?.executor) return carriedToJSON(attempts, latest);
  const { executor, reason, startedAt, retryAt, process, tries } = latest;
  return {
    attempts,
    executorId: executor.id,
    reason: reason === USUAL_REASONS[status] ? undefined : reason,
    startedAt: hasResult || retryAt !== undefined ? undefined : (runStartedAt ?? startedAt),
    retryAt,
    process: process && { ...process },
    tries,
  };
}

function carriedToJSON(attempts: JsonValue | undefined, carried: Carried | undefined): JsonObject {
  return { attempts, tries: carried?.tries, held: carried?.held && { ...carried.held } };
}

function attemptToJSON({ startedAt, finishedAt, process, ...rest }: TaskAttempt): JsonObject {
  const times = { startedAt: startedAt.getTime(), finishedAt: finishedAt?.getTime() };
  return { ...rest, ...times, process: process && { ...process } };
}

/** An attempt as a document has it: its times are milliseconds since the epoch. */
type StoredAttempt = Pick<TaskAttempt, "number" | "status" | "executorId"> & {
  readonly startedAt: number;
  readonly finishedAt?: number | undefined;
  readonly process?: AttemptProcess | undefined;
};

/** Throws a `TypeError` for anything but a process as an attempt notes it. */
export const checkProcess = shape<AttemptProcess>({ pid: checkOrdinal, start: checkText });

const checkCarried = shape<Carried>({
  tries: optional(checkCount),
  held: optional(shape<NonNullable<Carried["held"]>>({ since: checkNumber, reason: checkString })),
});

const checkAttempts = arrayOf(
  shape<StoredAttempt>({
    number: checkCount,
    status: oneOf(Object.values(AttemptStatus)),
    executorId: checkText,
    startedAt: checkNumber,
    finishedAt: optional(checkNumber),
    process: optional(checkProcess),
  }),
);

/**
 * Reads what a document keeps of attempts.
 *
 * @throws {TypeError} when a field is not as expected
 */
export function readAttempts(
  { attempts, executorId, reason, startedAt, retryAt, process, tries, held }: DocumentFields,
  status: TaskStatus,
): { readonly past: readonly TaskAttempt[]; readonly latest: LatestAttempt | Carried | undefined } {
  const past = Object.freeze(checkAttempts("attempts", attempts ?? []).map(toAttempt));
  const carried = checkCarried("task", { tries, held });
  if (executorId === undefined) return { past, latest: (tries ?? held) ? carried : undefined };
  const latest = {
    executor: { id: checkText("executorId", executorId) },
    reason: (reason as AttemptReason | undefined) ?? USUAL_REASONS[status],
    startedAt: optional(checkNumber)("startedAt", startedAt),
    retryAt: optional(checkNumber)("retryAt", retryAt),
    process: optional(checkProcess)("process", process),
    tries: carried.tries,
  };
  return { past, latest };
}

function toAttempt({ startedAt, finishedAt, ...rest }: StoredAttempt): TaskAttempt {
  const end = finishedAt === undefined ? undefined : new Date(finishedAt);
  return Object.freeze({ ...rest, startedAt: new Date(startedAt), finishedAt: end });
}

/** The beginning and the end of a long error. */
export function bounded(error: string | undefined): string | undefined {
  if (error === undefined || error.length <= MAX_ERROR_LENGTH) return error;
  const half = MAX_ERROR_LENGTH / 2 - 2;
  return `${error.slice(0, half)}\n…\n${error.slice(-half)}`;
}
