import { Task, TaskEventType, type TaskAttempt, type TaskEvent } from "@ttasks/core";
import type { Put } from "./disk.ts";

/** What is known of who writes a task. */
export interface WriterFacts {
  /** A rerun of the process has reset it: only then may a task that is done become something else. */
  readonly isRerun: boolean;
  /** Whether both are ids of one executor, which takes another one after it was taken for gone. */
  isSameProcess(executorId: string, otherId: string): boolean;
  /** Whether the executor of this id was declared dead; `undefined` where the store has never heard of it. */
  isDead(executorId: string): boolean | undefined;
}

/** So many attempts of a task are kept. */
const MAX_ATTEMPTS = 100;

/** What the disk has seen of one task, and what may never be otherwise again. */
export class TaskHistory {
  readonly #endings = new Map<number, TaskAttempt>();
  readonly #claims = new Map<number, string>();
  /** The executors that had no lease when they claimed it. */
  readonly #unleased = new Set<string>();
  /** The attempts up to this one belong to executions before. */
  #spentUpTo = 0;
  #latest: Task | undefined;
  /** Somebody has stopped the execution: it may fail before its tries are used up. */
  #wasStopped = false;
  #wasReset = false;

  /**
   * It is reset. Where the store knows of its end, what it stores next tells that as well; not where that was not stored: it could not be,
   * or somebody else had the task.
   */
  reset(isUnsaved: boolean): void {
    if (isUnsaved || this.#latest?.isTerminal !== true) this.#wasReset = true;
  }

  /** Somebody stops what runs of the task. */
  stopped(): void {
    this.#wasStopped = true;
  }

  /** Whether the store has ever said that this executor runs the attempt. */
  wasClaimed(attempt: number, executorId: string): boolean {
    return this.#claims.get(attempt) === executorId;
  }

  /** Whether what is stored is what a subscriber was told, or newer. */
  shows({ type, status, task }: Pick<TaskEvent, "type" | "status" | "task">): boolean {
    const latest = this.#latest;
    if (!latest) return false;
    if (latest.revision > task.revision) return true;
    const ended = (attempts: readonly TaskAttempt[]): number =>
      attempts.filter((attempt) => attempt.status !== "running").at(-1)?.number ?? 0;
    const { attempts } = latest;
    if (type === TaskEventType.STARTED) return numberOf(latest) >= numberOf(task);
    if (ended(attempts) < ended(task.attempts)) return false;
    // One that ended between two attempts has none that ended with it.
    return type === TaskEventType.RETRYING || latest.status === status || numberOf(latest) > ended(task.attempts);
  }

  /** Looks at a put that was made; gives what is wrong about it. */
  check({ change, before }: Put, facts: WriterFacts): string | undefined {
    const task = Task.fromJSON(change.document);
    const old = before && Task.fromJSON(before);
    if (old) this.#startBudget(old, task);
    this.#latest = task;
    return (
      (old && checkOrder(old, task, facts)) ?? this.#checkAttempts(task.attempts, facts) ?? this.#checkBudget(task)
    );
  }

  #startBudget(old: Task, task: Task): void {
    const last = numberOf(old);
    if (!old.isTerminal || (task.isTerminal && numberOf(task) === last)) return;
    this.#spentUpTo = last;
    this.#wasStopped = false;
    this.#wasReset = false;
  }

  #checkAttempts(attempts: readonly TaskAttempt[], facts: WriterFacts): string | undefined {
    const numbers = new Set(attempts.map(({ number }) => number));
    const last = attempts.at(-1)?.number ?? 0;
    for (const number of this.#endings.keys())
      if (number > last - MAX_ATTEMPTS && !numbers.has(number))
        return `its attempt ${number}, which had ended, is lost`;
    // A start that was told as failed, though it was stored, did not happen: its claim is void.
    for (const number of this.#claims.keys()) if (number > last) this.#claims.delete(number);
    for (const attempt of attempts) {
      const problem = this.#checkAttempt(attempt, attempt.number === last, facts);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #checkAttempt(attempt: TaskAttempt, isLast: boolean, facts: WriterFacts): string | undefined {
    const { number, status, executorId } = attempt;
    const problem = this.#checkClaim(attempt, facts);
    if (problem !== undefined) return problem;
    const ending = this.#endings.get(number);
    if (status === "running") {
      if (ending !== undefined) return `its attempt ${number}, which had ended, runs again; it was ${textOf(ending)}`;
      return isLast ? undefined : `its attempt ${number} runs, though a later one was started`;
    }
    if (ending !== undefined && !isSame(ending, attempt))
      return `the ending of its attempt ${number} has changed from ${textOf(ending)} to ${textOf(attempt)}`;
    const isAlive = facts.isDead(executorId) === false && !this.#unleased.has(executorId);
    if (!ending && status === "interrupted" && isAlive)
      return `its attempt ${number} was interrupted, though its executor was not declared dead`;
    this.#endings.set(number, attempt);
    return undefined;
  }

  #checkClaim({ number, executorId }: TaskAttempt, facts: WriterFacts): string | undefined {
    const claim = this.#claims.get(number);
    this.#claims.set(number, executorId);
    if (claim !== undefined) {
      const isOther = claim !== executorId && !facts.isSameProcess(claim, executorId);
      return isOther ? `its attempt ${number} was claimed by two executors` : undefined;
    }
    // In record mode the work goes on without a lease; who has none counts as gone.
    if (facts.isDead(executorId) === undefined) this.#unleased.add(executorId);
    return undefined;
  }

  #checkBudget(task: Task): string | undefined {
    const failed = task.attempts.filter(({ number, reason }) => number > this.#spentUpTo && isTry(reason)).length;
    const allowed = task.retry?.attempts ?? 1;
    if (failed > allowed && !this.#wasReset) return `it was tried ${failed} times, though its retry allows ${allowed}`;
    const last = task.attempts.at(-1);
    const isSpent = !task.isFailed || !isTry(last?.reason) || failed >= allowed;
    // Who cannot start before the deadline is not tried again.
    if (isSpent || this.#wasStopped || task.deadlineMs !== undefined) return undefined;
    return `it has failed after ${failed} failed tries, though its retry allows ${allowed}`;
  }
}

function checkOrder(old: Task, task: Task, { isRerun }: WriterFacts): string | undefined {
  if (task.revision <= old.revision) return `revision ${task.revision} was put over revision ${old.revision}`;
  if (old.isDone && !task.isDone && !isRerun) return `it was done, and became ${task.status} without a rerun`;
  return undefined;
}

function numberOf({ attempts }: Task): number {
  return attempts.at(-1)?.number ?? 0;
}

function isTry(reason: TaskAttempt["reason"]): boolean {
  return reason === "threw" || reason === "timeout";
}

/** One that was moved by hand may be stored before its executor has taken note of that. */
function isSame(one: TaskAttempt, other: TaskAttempt): boolean {
  return one.finishedAt === undefined ? one.status === other.status : textOf(one) === textOf(other);
}

/** The same for the same facts, in whatever order they are. */
function textOf(attempt: TaskAttempt): string {
  return JSON.stringify(Object.fromEntries(Object.entries(attempt).sort(([one], [other]) => (one < other ? -1 : 1))));
}
