import { isTtasksError } from "../errors/ttasks-error.ts";
import { countTasks } from "../graph/run-counts.ts";
import { updateRun, type Run, type RunCounts } from "../graph/run.ts";
import {
  checkFunction,
  checkObject,
  checkOptions,
  checkSignal,
  unchecked,
  type Checks,
} from "../internal/check-option.ts";
import { systemClock, type Clock } from "../internal/clock.ts";
import { TimeSlices } from "../internal/time-slices.ts";
import type { Lease } from "../store/lease.ts";
import type { Leases } from "../store/leases.ts";
import { MAX_TRIES, neverStored } from "../store/document-collection.ts";
import type { Store } from "../store/store.ts";
import { TaskType } from "../task/task-type.ts";
import type { InterruptedOutcome } from "../task/interruption.ts";
import type { TaskAttempt } from "../task/task-attempt.ts";
import { taskInternals, type Task } from "../task/task.ts";
import { expireGone, type LivenessProbe } from "./gone-leases.ts";
import type { InterruptedAttempt, ProcessFate, RecoveredTask, Recovery } from "./recovery.ts";

/** What `recover` takes. */
export interface RecoverOptions {
  /**
   * Tells whether the process of an executor lives; `undefined` where it cannot be told from here.
   *
   * @default it can never be told: an executor is gone when its lease has not changed for 20 s
   */
  readonly isAlive?: LivenessProbe | undefined;
  /**
   * Ends what an interrupted attempt has left running; it has resolved when nothing of it lives any more.
   *
   * @default nothing is ended
   */
  readonly endProcess?: ((attempt: InterruptedAttempt) => Promise<ProcessFate>) | undefined;
  /**
   * Where the time is taken from.
   *
   * @default the runtime's own time
   */
  readonly clock?: Clock | undefined;
  /** Aborting it ends the wait for executors that only their leases tell of. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: Checks<RecoverOptions> = {
  isAlive: checkFunction as never,
  endProcess: checkFunction as never,
  clock: unchecked,
  signal: checkSignal,
};

/**
 * Takes up what executors that are gone have left: ends their processes, and has each task that they ran be pending again, held or
 * failed, as its `onInterrupted` says. What lives is left alone. Any number of processes may do it at once, and it may be stopped anywhere
 * and done again.
 *
 * @returns what was done; nothing for a store without leases, as it ends with its process
 * @throws {TypeError} when an option is unknown or not as expected
 * @throws what the store throws, and the reason of `signal`
 * @example
 * ```ts
 * import { InMemoryStore, recover } from "@ttasks/core";
 *
 * const { tasks } = await recover(new InMemoryStore());
 * for (const { title, outcome } of tasks) console.log(`${title}: ${outcome}`);
 * ```
 */
export async function recover(store: Store, options: RecoverOptions = {}): Promise<Recovery> {
  checkObject("store", store);
  checkOptions("recover", options, OPTIONS);
  const { leases } = store;
  if (!leases) return { tasks: [], runs: [], executors: [] };
  const { isAlive, clock = systemClock, signal } = options;
  const gone = await expireGone(leases, isAlive, clock, signal);
  const scene = new Scene(store, leases, gone, options);
  const tasks = await scene.recoverTasks();
  const runs = await scene.recoverRuns();
  for (const { id } of gone) {
    await leases.forgetCancelRequests(await leases.cancelRequests(id));
    await leases.delete(id);
  }
  return { tasks, runs, executors: gone.map(({ id }) => id) };
}

/** One recovery of a store. */
class Scene {
  readonly #store: Store;
  readonly #leases: Leases;
  readonly #gone: ReadonlyMap<string, Lease>;
  readonly #options: RecoverOptions;
  readonly #clock: Clock;
  /** Who is known to be there, or not to be. */
  readonly #alive = new Map<string, boolean>();
  /** The tasks that somebody wanted to be cancelled, with the attempt, by the executors that did not come to it. */
  readonly #cancels = new Map<string, ReadonlyMap<string, number>>();

  constructor(store: Store, leases: Leases, gone: readonly Lease[], options: RecoverOptions) {
    this.#store = store;
    this.#leases = leases;
    this.#gone = new Map(gone.map((lease) => [lease.id, lease]));
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async recoverTasks(): Promise<readonly RecoveredTask[]> {
    const running = await this.#store.tasks.find({ status: "running" });
    // Together: to end a process that does not want to takes seconds.
    const recovered = await Promise.all(running.map(({ id }) => this.#recoverTask(id)));
    return recovered.filter((task) => task !== undefined);
  }

  /** Until it is done, or not to be done any more: an executor that was only slow may still write. */
  async #recoverTask(taskId: string): Promise<RecoveredTask | undefined> {
    for (let tries = 1; ; tries++) {
      const task = await this.#abandoned(taskId);
      const attempt = task?.attempts.at(-1);
      if (!task || !attempt) return undefined;
      const isOpen = attempt.status === "running";
      // An executor that was only slow must not take for the task's end what ending its process makes of it.
      if (isOpen && tries === 1 && !(await this.#save(task))) continue;
      const { title } = task;
      const { number, executorId } = attempt;
      const fate = isOpen ? await this.#end(task, attempt) : "none";
      const isCancelled = await this.#isToBeCancelled(task, executorId, number);
      const outcome = isCancelled ? "cancel" : outcomeOf(task, isOpen, fate);
      taskInternals.interrupt(task, outcome, this.#clock.now(), REASONS[outcome]);
      if (await this.#save(task)) return { taskId, title, attempt: number, outcome, process: fate };
      if (tries === MAX_TRIES) throw neverStored("task", taskId);
    }
  }

  /**
   * The task, if it runs and its executor is gone. It is read after that is known: the executor may have ended the attempt before it went,
   * and nothing of that one is to be touched. One without an attempt was moved by hand: nobody was to run it.
   */
  async #abandoned(id: string): Promise<Task | undefined> {
    const executorOf = (task: Task | undefined): string | undefined =>
      task?.isRunning ? task.attempts.at(-1)?.executorId : undefined;
    const executorId = executorOf(await this.#store.tasks.get(id));
    if (executorId === undefined || (await this.#lives(executorId))) return undefined;
    const task = await this.#store.tasks.get(id);
    return executorOf(task) === executorId ? task : undefined;
  }

  async recoverRuns(): Promise<readonly string[]> {
    const interrupted: string[] = [];
    for (const { id, executorId } of await this.#store.runs.find({ status: "running" })) {
      if (executorId === undefined || (await this.#lives(executorId))) continue;
      const run = await this.#store.runs.get(id);
      if (run?.status !== "running") continue;
      updateRun(run, { status: "interrupted", finishedAt: this.#clock.now(), counts: await this.#countsOf(run) });
      await this.#store.runs.save(run);
      interrupted.push(run.id);
    }
    return interrupted;
  }

  /** What was stored are the counts of its beginning; they stay where the graph has other tasks since, or is gone. */
  async #countsOf({ graphId, counts }: Run): Promise<RunCounts> {
    const tasks = await this.#store.tasks.find({ graph: graphId });
    return tasks.length === counts.total ? new TimeSlices(this.#clock).run(countTasks(tasks)) : counts;
  }

  /** An executor stores its lease before all else, and removes it after that. */
  async #lives(executorId: string): Promise<boolean> {
    if (this.#gone.has(executorId)) return false;
    let lives = this.#alive.get(executorId);
    if (lives === undefined) {
      lives = (await this.#leases.get(executorId))?.status === "active";
      this.#alive.set(executorId, lives);
    }
    return lives;
  }

  async #end({ id: taskId, title }: Task, { number, executorId, process }: TaskAttempt): Promise<ProcessFate> {
    const { endProcess } = this.#options;
    const owner = this.#gone.get(executorId)?.owner;
    if (endProcess) return endProcess({ taskId, title, number, executorId, owner, process });
    return process ? "unknown" : "none";
  }

  async #isToBeCancelled(task: Task, executorId: string, attempt: number): Promise<boolean> {
    let wanted = this.#cancels.get(executorId);
    if (!wanted) {
      const requests = await this.#leases.cancelRequests(executorId);
      wanted = new Map(requests.map((request) => [request.taskId, request.attempt]));
      this.#cancels.set(executorId, wanted);
    }
    // It may have been meant for an execution before this one.
    return (wanted.get(task.id) ?? -1) >= attempt - taskInternals.triesOf(task);
  }

  /** Somebody else may have been quicker. */
  async #save(task: Task): Promise<boolean> {
    try {
      await (this.#store.record ? this.#store.record(task, { immediate: true }) : this.#store.tasks.save(task));
      return true;
    } catch (error) {
      if (isTtasksError(error) && error.code === "stale_revision") return false;
      throw error;
    }
  }
}

/** What has not been interrupted in an attempt goes on with the next one. */
function outcomeOf({ type, onInterrupted }: Task, isOpen: boolean, fate: ProcessFate): InterruptedOutcome {
  if (!isOpen) return "retry";
  const wanted = onInterrupted ?? (type === TaskType.PROMPT ? "retry" : "hold");
  // It must not run twice at once.
  return wanted === "retry" && fate === "unknown" ? "hold" : wanted;
}

const REASONS: Readonly<Record<InterruptedOutcome, string>> = {
  retry: "",
  hold: "it was interrupted: its executor was gone before its end, and its effects may have happened",
  fail: "it was interrupted: its executor was gone before its end",
  cancel: "it was to be cancelled, and its executor was gone",
};
