import { InvalidTransitionError, TaskFrozenError } from "../errors/task-errors.ts";
import { checkCount, isObject } from "../internal/check-option.ts";
import type { JsonObject, JsonValue } from "../internal/json-value.ts";
import { timeOf, toMoment, type Moment } from "../internal/moment.ts";
import { DOCUMENT_VERSION, readDocument } from "./read-document.ts";
import {
  checkTaskOptions,
  defaultTitle,
  detailsOf,
  readField,
  readOptions,
  type AssignableFields,
  type TaskDetails,
  type TaskFields,
  type TaskOptions,
} from "./task-options.ts";
import { noteReset } from "./reset-order.ts";
import { retryToJSON, type RetryPolicy } from "./retry-policy.ts";
import { afterInterruption, type HeldTask, type OnInterrupted } from "./interruption.ts";
import {
  attemptsOf,
  attemptsToJSON,
  NO_ATTEMPTS,
  readAttempts,
  withAttempt,
  nextLatest,
  type Carried,
  type LatestAttempt,
  type TaskAttempt,
} from "./task-attempt.ts";
import type { TaskInternals, TaskRun } from "./task-internals.ts";
import { TaskResult } from "./task-result.ts";
import { checkStatus, isTerminal, TERMINAL_STATUSES, TRANSITIONS, type TaskStatus } from "./task-status.ts";
import { markChanged, StoredObject, storedState } from "./stored-object.ts";
import type { KnownTaskType, OutputOf, PayloadOf, TaskTypeName } from "./task-type.ts";

/** The doors into {@link Task} for the rest of this package; they are no part of its public face. */
export let taskInternals: TaskInternals<Task>;

/** Whether a value is a task. */
export let isTask: (value: unknown) => value is Task;

/**
 * A piece of work: what to do, where it stands, and how it ended.
 *
 * Its state moves by {@link Task.transitionTo} and {@link Task.cancel} only, or by the executor that runs it. Once it is done its
 * fields cannot be assigned any more, so that other tasks can read it safely.
 *
 * @example
 * ```ts
 * import { Task } from "@ttasks/core";
 *
 * const task = Task.bash("ls -la", { title: "List files", timeoutMs: 5_000 });
 * console.log(task.status); // "pending"
 * ```
 */
export class Task<K extends TaskTypeName = TaskTypeName, O = OutputOf<K>> extends StoredObject {
  readonly #type: K;
  readonly #createdAt: Moment;
  #payload: JsonValue;
  #title: string;
  #details: TaskDetails;
  #status: TaskStatus = "pending";
  #result: TaskResult<O> | undefined;
  #run: TaskRun | undefined;
  /** The attempts before the latest. */
  #past = NO_ATTEMPTS;
  /** Or what the latest execution has left to the next one. */
  #latest: LatestAttempt | Carried | undefined;

  /** @throws {TypeError} when an option is unknown or not as expected. */
  constructor(options: TaskOptions<K>) {
    checkTaskOptions(options);
    const { type, id, createdAt } = options;
    const payload = readField.payload("payload", options.payload, type);
    super(id);
    this.#type = type;
    this.#payload = payload;
    this.#title = options.title ?? defaultTitle(type, payload);
    this.#details = detailsOf(options);
    this.#createdAt = toMoment(createdAt?.getTime() ?? Date.now());
  }

  /** A script for bash. */
  static bash(payload: string, fields?: TaskFields): Task<"bash"> {
    return new Task({ ...fields, type: "bash", payload });
  }

  /** A script for PowerShell. */
  static powershell(payload: string, fields?: TaskFields): Task<"powershell"> {
    return new Task({ ...fields, type: "powershell", payload });
  }

  /** A question to a language model that has no tools. */
  static prompt(payload: string, fields?: TaskFields): Task<"prompt"> {
    return new Task({ ...fields, type: "prompt", payload });
  }

  /** An instruction to an agent that has tools: as trusted as a script. */
  static agent(payload: string, fields?: TaskFields): Task<"agent"> {
    return new Task({ ...fields, type: "agent", payload });
  }

  /**
   * A task from its stored form, as {@link Task.toJSON} gives it.
   *
   * @throws {StoreError} when the document is not a task's or was written by a newer version.
   */
  static fromJSON(document: unknown): Task {
    return readDocument("task", document, (fields) => {
      const { status, revision, result } = fields;
      const task = new Task<TaskTypeName>(readOptions(fields));
      task.#status = checkStatus("status", status);
      task.#result = result === undefined ? undefined : TaskResult.fromJSON(result);
      ({ past: task.#past, latest: task.#latest } = readAttempts(fields, task.#status));
      Object.assign(storedState(task), { revision: checkCount("revision", revision), isChanged: false });
      return task;
    });
  }

  /** Which handler runs the task; it never changes. */
  get type(): K {
    return this.#type;
  }

  /** What the handler is to do: frozen JSON. */
  get payload(): PayloadOf<K> {
    return this.#payload as PayloadOf<K>;
  }

  set payload(value: PayloadOf<K>) {
    this.#payload = this.#checked("payload", value);
  }

  /** A short name for people. */
  get title(): string {
    return this.#title;
  }

  set title(value: string) {
    this.#title = this.#checked("title", value);
  }

  /** What the task is for. */
  get description(): string | undefined {
    return this.#details.description;
  }

  set description(value: string | undefined) {
    this.#assign("description", value);
  }

  /** Milliseconds after which the running task is stopped, for each attempt; `undefined` means never. */
  get timeoutMs(): number | undefined {
    return this.#details.timeoutMs;
  }

  set timeoutMs(value: number | undefined) {
    this.#assign("timeoutMs", value);
  }

  /** Milliseconds for all attempts of the task and the delays between them; `undefined` means without end. */
  get deadlineMs(): number | undefined {
    return this.#details.deadlineMs;
  }

  set deadlineMs(value: number | undefined) {
    this.#assign("deadlineMs", value);
  }

  /** How often the task is tried again when it fails; `undefined`: as its executor says. */
  get retry(): RetryPolicy | undefined {
    return this.#details.retry;
  }

  set retry(value: RetryPolicy | undefined) {
    this.#assign("retry", value);
  }

  /** What becomes of the task when its executor is gone before its end; `undefined`: as is usual for its type. */
  get onInterrupted(): OnInterrupted | undefined {
    return this.#details.onInterrupted;
  }

  set onInterrupted(value: OnInterrupted | undefined) {
    this.#assign("onInterrupted", value);
  }

  /** Facts about the task: frozen JSON. */
  get metadata(): JsonObject {
    return this.#details.metadata;
  }

  set metadata(value: JsonObject) {
    this.#assign("metadata", value);
  }

  /** When the task was made. */
  get createdAt(): Date {
    return new Date(timeOf(this.#createdAt));
  }

  /** Where the task stands. */
  get status(): TaskStatus {
    return this.#status;
  }

  /** How the task ended; `undefined` until then. */
  get result(): TaskResult<O> | undefined {
    return this.#result;
  }

  /** Each execution of the task, oldest first: the newest 100. */
  get attempts(): readonly TaskAttempt[] {
    return attemptsOf(this.#past, this.#latest, this.#result, this.#status, this.#run?.startedAt);
  }

  /** When the next attempt of a running task starts that has failed; `undefined` while it does not wait for that. */
  get retryAt(): Date | undefined {
    const time = this.#latest?.retryAt;
    return time === undefined ? undefined : new Date(time);
  }

  /** Why the pending task is not executed until it is released; `undefined` where nothing holds it. */
  get held(): HeldTask | undefined {
    const held = this.#latest?.held;
    return held && { since: new Date(held.since), reason: held.reason };
  }

  /** Why the task did not succeed, as its result tells it. */
  get error(): string | undefined {
    return this.#result?.error;
  }

  /** Whether the task has not started. */
  get isPending(): boolean {
    return this.#status === "pending";
  }

  /** Whether the task runs. */
  get isRunning(): boolean {
    return this.#status === "running";
  }

  /** Whether the task succeeded. */
  get isDone(): boolean {
    return this.#status === "done";
  }

  /** Whether the task failed or timed out. */
  get isFailed(): boolean {
    return this.#status === "failed";
  }

  /** Whether the task was cancelled. */
  get isCancelled(): boolean {
    return this.#status === "cancelled";
  }

  /** Whether the task has ended in one way or another. */
  get isTerminal(): boolean {
    return isTerminal(this.#status);
  }

  /** Whether the task is of this type; the compiler then knows its payload and output. */
  isType<T extends KnownTaskType>(type: T): this is Task<T> {
    const own: string = this.type;
    return own === type;
  }

  /**
   * Moves the task to another state. When an executor runs the task, this is its ending.
   *
   * @throws {InvalidTransitionError} when the task cannot move there.
   */
  transitionTo(status: TaskStatus): void {
    this.#move(status);
    this.#run?.moved();
  }

  /**
   * Moves the task to `cancelled`. To end its process as well and wait for that, use `executor.cancel(task)`.
   *
   * @throws {InvalidTransitionError} when the task has ended.
   */
  cancel(): void {
    this.transitionTo("cancelled");
  }

  /**
   * Makes a task that failed or was cancelled pending again, so that it can be executed once more: the only way out of an end. Its result
   * is cleared, its attempts are kept. One that is done is kept too; `graph.rerun` can run it again.
   *
   * @throws {InvalidTransitionError} when the task is not failed or cancelled, or its executor has not settled it yet
   */
  reset(): void {
    this.#reset(["failed", "cancelled"]);
  }

  /** The stored form of the task: plain JSON that {@link Task.fromJSON} reads. */
  toJSON(): JsonObject {
    const details = this.#details;
    return {
      version: DOCUMENT_VERSION,
      id: this.id,
      revision: this.revision,
      type: this.type,
      payload: this.#payload,
      title: this.#title,
      ...(details as Omit<TaskDetails, "retry">),
      ...(details.retry && { retry: retryToJSON(details.retry) }),
      status: this.#status,
      createdAt: timeOf(this.#createdAt),
      result: this.#result?.toJSON(),
      ...attemptsToJSON(this.#past, this.#latest, this.#status, this.#run?.startedAt, this.#result !== undefined),
    };
  }

  /** What Node prints for `console.log(task)`. */
  [Symbol.for("nodejs.util.inspect.custom")](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return `Task ${inspect(this.toJSON(), options)}`;
  }

  #assign<F extends keyof TaskDetails>(name: F, value: unknown): void {
    this.#details = { ...this.#details, [name]: this.#checked(name, value) };
  }

  #reset(statuses: readonly TaskStatus[]): void {
    const reason = this.#run ? "its executor has not settled it yet" : `it is ${this.#status}`;
    if (this.#run || !statuses.includes(this.#status))
      throw new InvalidTransitionError(`Cannot reset task "${this.title}": ${reason}`);
    noteReset(this);
    this.#past = this.attempts;
    this.#latest = undefined;
    this.#result = undefined;
    this.#status = "pending";
    markChanged(this);
  }

  /** What a field is to be kept as; throws where it cannot be assigned. */
  #checked<F extends keyof AssignableFields>(name: F, value: unknown): AssignableFields[F] {
    if (this.#status === "done")
      throw new TaskFrozenError(`Cannot assign \`${name}\` of task "${this.title}": it is done`);
    const checked = readField[name](name, value, this.type);
    markChanged(this);
    return checked;
  }

  #move(status: TaskStatus): void {
    const allowed = TRANSITIONS[this.#status];
    if (!allowed.includes(status))
      throw new InvalidTransitionError(
        `Task "${this.title}" cannot go from ${this.#status} to ${status} (allowed: ${allowed.join(", ") || "nothing, it has ended"})`,
      );
    this.#status = status;
    const latest = this.#latest;
    // There will be no next attempt for one that was read from a store while it waited for that, and nothing holds who is moved by hand.
    if (latest && !this.#run && (!latest.executor || (isTerminal(status) && latest.retryAt !== undefined)))
      this.#latest = undefined;
    markChanged(this);
  }

  static {
    // Cheaper than `instanceof`: it is asked for every task and dependency.
    isTask = (value): value is Task => isObject(value) && #type in value;
    taskInternals = {
      start: (task, run, latest) => {
        const carried = task.#latest;
        task.#move("running");
        task.#run = run;
        task.#latest = nextLatest(latest, carried);
      },
      triesOf: (task) => task.#latest?.tries ?? 0,
      endAttempt: (task, ended, tries, latest) => {
        task.#past = withAttempt(task.#past, ended);
        taskInternals.startAttempt(task, { ...latest, tries });
      },
      startAttempt: (task, latest) => {
        task.#latest = latest.tries ? latest : nextLatest(latest, task.#latest);
        markChanged(task);
      },
      release: (task, isTold) => {
        task.#run = undefined;
        if (isTold || task.#status !== "running") return;
        const tries = task.#latest?.tries;
        [task.#status, task.#latest] = ["pending", tries ? { tries } : undefined];
        // Who saved its graph meanwhile has stored it as running.
        markChanged(task);
      },
      runOf: (task) => task.#run,
      pastAttempts: (task) => task.#past.length,
      end: (task, result, latest) => {
        if (task.#status !== result.status) task.#move(result.status);
        task.#result = result;
        task.#latest = latest;
        markChanged(task);
      },
      noteProcess: (task, process) => {
        if (task.#latest?.executor) taskInternals.startAttempt(task, { ...task.#latest, process });
      },
      interrupt: (task, outcome, at, reason) => {
        const after = afterInterruption(task.attempts, task.#latest?.tries, outcome, at, reason);
        ({ past: task.#past, status: task.#status, carried: task.#latest, result: task.#result } = after);
        markChanged(task);
      },
      unhold: (task) => {
        if (!task.#latest?.held) return false;
        task.#latest = { tries: task.#latest.tries };
        markChanged(task);
        return true;
      },
      reset: (task) => task.#reset(TERMINAL_STATUSES),
    };
  }
}
