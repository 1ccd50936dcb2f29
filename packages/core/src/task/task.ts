import { StoreError } from "../errors/store-errors.ts";
import { InvalidTransitionError, TaskFrozenError } from "../errors/task-errors.ts";
import { createId } from "../internal/create-id.ts";
import { frozenJson, type JsonObject } from "../internal/json-value.ts";
import { toError } from "../internal/to-error.ts";
import { readTaskDocument, TASK_DOCUMENT_VERSION } from "./task-document.ts";
import {
  checkField,
  checkPayload,
  checkTaskOptions,
  defaultTitle,
  type TaskFields,
  type TaskOptions,
} from "./task-options.ts";
import { TaskResult } from "./task-result.ts";
import { isTerminal, TRANSITIONS, type TaskStatus, type TerminalStatus } from "./task-status.ts";
import type { KnownTaskType, OutputOf, PayloadOf, TaskTypeName } from "./task-type.ts";

/** Who runs a task, and so must hear that somebody else moved it. */
export interface TaskWatcher {
  moved(): void;
}

/** What executors and stores do with a task and its users cannot. */
export interface TaskInternals {
  /** Names the one to tell of moves from outside; `undefined` when the run is over. */
  watch(task: Task, watcher: TaskWatcher | undefined): void;
  isWatched(task: Task): boolean;
  start(task: Task): void;
  /** Attaches the result and moves the task, unless it was moved already. */
  end<K extends TaskTypeName, O>(task: Task<K, O>, status: TerminalStatus, result: TaskResult<O>): void;
  /** Whether the task differs from what was stored last. */
  isChanged(task: Task): boolean;
  /** Notes the revision that was stored last, and whether the task differs from it. */
  stored(task: Task, revision: number, changed: boolean): void;
}

/** The doors into {@link Task} for the rest of this package; they are no part of its public face. */
export let taskInternals: TaskInternals;

const NO_METADATA: JsonObject = Object.freeze({});

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
export class Task<K extends TaskTypeName = TaskTypeName, O = OutputOf<K>> {
  /** The task's identity; it never changes. */
  readonly id: string;
  /** Which handler runs the task. */
  readonly type: K;
  readonly #createdAt: number;
  #payload: PayloadOf<K>;
  #title: string;
  #description: string | undefined;
  #timeoutMs: number | undefined;
  #metadata: JsonObject;
  #status: TaskStatus = "pending";
  #result: TaskResult<O> | undefined;
  #revision = 0;
  #changed = true;
  #watcher: TaskWatcher | undefined;

  /** @throws {TypeError} when an option is unknown or not as expected. */
  constructor(options: TaskOptions<K>) {
    checkTaskOptions(options);
    checkPayload(options.type, options.payload);
    const { title, metadata, createdAt } = options;
    if (title !== undefined) checkField.title(title);
    checkField.description(options.description);
    checkField.timeoutMs(options.timeoutMs);
    if (metadata !== undefined) checkField.metadata(metadata);
    this.type = options.type;
    this.#payload = frozenJson(options.payload, "payload");
    this.#title = title ?? defaultTitle(options.type, options.payload);
    this.#description = options.description;
    this.#timeoutMs = options.timeoutMs;
    this.#metadata = metadata === undefined ? NO_METADATA : frozenJson(metadata, "metadata");
    this.#createdAt = createdAt === undefined ? Date.now() : createdAt.getTime();
    this.id = options.id ?? createId();
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
    const { options, status, revision, result } = readTaskDocument(document);
    const task = taskOf(options);
    task.#status = status;
    task.#revision = revision;
    task.#result = result && new TaskResult(result);
    task.#changed = false;
    return task;
  }

  /** What the handler is to do: frozen JSON. */
  get payload(): PayloadOf<K> {
    return this.#payload;
  }

  set payload(value: PayloadOf<K>) {
    this.#assertMutable("payload");
    checkPayload(this.type, value);
    this.#payload = frozenJson(value, "payload");
    this.#changed = true;
  }

  /** A short name for people. */
  get title(): string {
    return this.#title;
  }

  set title(value: string) {
    this.#assertMutable("title");
    checkField.title(value);
    this.#title = value;
    this.#changed = true;
  }

  /** What the task is for. */
  get description(): string | undefined {
    return this.#description;
  }

  set description(value: string | undefined) {
    this.#assertMutable("description");
    checkField.description(value);
    this.#description = value;
    this.#changed = true;
  }

  /** Milliseconds after which the running task is stopped; `undefined` means never. */
  get timeoutMs(): number | undefined {
    return this.#timeoutMs;
  }

  set timeoutMs(value: number | undefined) {
    this.#assertMutable("timeoutMs");
    checkField.timeoutMs(value);
    this.#timeoutMs = value;
    this.#changed = true;
  }

  /** Facts about the task: frozen JSON. */
  get metadata(): JsonObject {
    return this.#metadata;
  }

  set metadata(value: JsonObject) {
    this.#assertMutable("metadata");
    checkField.metadata(value);
    this.#metadata = frozenJson(value, "metadata");
    this.#changed = true;
  }

  /** When the task was made. */
  get createdAt(): Date {
    return new Date(this.#createdAt);
  }

  /** Where the task stands. */
  get status(): TaskStatus {
    return this.#status;
  }

  /** How the task ended; `undefined` until then. */
  get result(): TaskResult<O> | undefined {
    return this.#result;
  }

  /** Why the task did not succeed, as its result tells it. */
  get error(): string | undefined {
    return this.#result?.error;
  }

  /** How often a change of this task was stored; 0 for a task that no store has seen. Stores use it to keep an older state from replacing a newer one. */
  get revision(): number {
    return this.#revision;
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
    this.#watcher?.moved();
  }

  /**
   * Moves the task to `cancelled`. To end its process as well and wait for that, use `executor.cancel(task)`.
   *
   * @throws {InvalidTransitionError} when the task has ended.
   */
  cancel(): void {
    this.transitionTo("cancelled");
  }

  /** The stored form of the task: plain JSON that {@link Task.fromJSON} reads. */
  toJSON(): JsonObject {
    return {
      version: TASK_DOCUMENT_VERSION,
      id: this.id,
      revision: this.#revision,
      type: this.type,
      title: this.#title,
      description: this.#description,
      payload: this.#payload,
      metadata: this.#metadata,
      timeoutMs: this.#timeoutMs,
      status: this.#status,
      createdAt: this.#createdAt,
      result: this.#result?.toJSON(),
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

  #assertMutable(field: string): void {
    if (this.#status === "done")
      throw new TaskFrozenError(`Cannot assign \`${field}\` of task "${this.#title}": it is done`);
  }

  #move(status: TaskStatus): void {
    const allowed = TRANSITIONS[this.#status];
    if (!allowed.includes(status))
      throw new InvalidTransitionError(
        `Task "${this.#title}" cannot go from ${this.#status} to ${status} (allowed: ${allowed.join(", ") || "nothing, it has ended"})`,
      );
    this.#status = status;
    this.#changed = true;
  }

  static {
    taskInternals = {
      watch: (task, watcher) => {
        task.#watcher = watcher;
      },
      isWatched: (task) => task.#watcher !== undefined,
      start: (task) => task.#move("running"),
      end: (task, status, result) => {
        if (task.#status !== status) task.#move(status);
        task.#result = result;
        task.#changed = true;
      },
      isChanged: (task) => task.#changed,
      stored: (task, revision, changed) => {
        task.#revision = revision;
        task.#changed = changed;
      },
    };
  }
}

function taskOf(options: TaskOptions): Task {
  try {
    return new Task<TaskTypeName>(options);
  } catch (error) {
    throw new StoreError("bad_document", `The document of task "${options.id}" is damaged: ${toError(error).message}`, {
      cause: error,
    });
  }
}
