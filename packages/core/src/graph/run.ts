import {
  arrayOf,
  checkBoolean,
  checkCount,
  checkNumber,
  checkObject,
  checkString,
  checkText,
  oneOf,
  optional,
  shape,
} from "../internal/check-option.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { DOCUMENT_VERSION, readDocument } from "../task/read-document.ts";
import { markChanged, StoredObject, storedState } from "../task/stored-object.ts";

/** Where a run stands. */
export const RunStatus = Object.freeze({
  /** It goes on, or its process ended without it. */
  RUNNING: "running",
  /** The graph was `ok` when it ended. */
  DONE: "done",
  FAILED: "failed",
  /** It was aborted before the graph was `ok`, or before all tasks had their turn. */
  CANCELLED: "cancelled",
  /** Its executor was gone before its end. */
  INTERRUPTED: "interrupted",
} as const);

/** One of the things that a run can be. */
export type RunStatus = (typeof RunStatus)[keyof typeof RunStatus];

/** What started a run. */
export type RunTrigger = "run" | "rerun" | "resume";

/** How many of a graph's tasks are in which state. */
export interface RunCounts {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Those that cannot start because of one that they come after. */
  readonly blocked: number;
  /** Those whose condition cannot come true. */
  readonly skipped: number;
  /** All others. */
  readonly notStarted: number;
}

/** A task that a run could not start at all. */
export interface RefusedTask {
  readonly taskId: string;
  readonly reason: string;
}

/** The tasks that a rerun has reset. */
export interface ResetTasks {
  readonly count: number;
  /** The ids of the first 100. */
  readonly taskIds: readonly string[];
}

/** What a {@link Run} is made of; times are milliseconds since the epoch. */
export interface RunFields {
  readonly graphId: string;
  readonly title: string;
  readonly status: RunStatus;
  readonly trigger: RunTrigger;
  readonly startedAt: number;
  readonly finishedAt?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly counts: RunCounts;
  readonly executorId?: string | undefined;
  readonly rerunOf?: string | undefined;
  readonly reset?: ResetTasks | undefined;
  readonly concurrency?: number | undefined;
  readonly pools?: Readonly<Record<string, number>> | undefined;
  readonly failFast?: boolean | undefined;
  readonly failedFast?: string | undefined;
  readonly refused?: readonly RefusedTask[] | undefined;
}

/** Notes what has become of a run; only who runs it does. */
export let updateRun: (run: Run, change: Partial<RunFields>) => void;

/** Of the tasks that a run names, it keeps so many. */
export const MAX_NAMED = 100;

/**
 * One run of a graph, as the ledger keeps it: when it was, what started it, and what became of the tasks.
 *
 * @example
 * ```ts
 * import { TaskExecutor, TaskGraph } from "@ttasks/core";
 *
 * const graph = new TaskGraph({ title: "release" });
 * await graph.run(TaskExecutor.empty());
 * console.log(graph.runs.at(-1)?.status); // "done"
 * ```
 */
export class Run extends StoredObject {
  #fields: RunFields;

  /** Graphs make their runs themselves. */
  constructor(fields: RunFields, id?: string) {
    super(id);
    this.#fields = fields;
  }

  /**
   * A run from its stored form.
   *
   * @throws {StoreError} when the document is not a run's or was written by a newer version
   */
  static fromJSON(document: unknown): Run {
    return readDocument("run", document, (stored) => {
      const { version: _version, id, revision, type, createdAt, ...others } = stored;
      const fields = checkFields("run", { ...others, graphId: type, startedAt: createdAt });
      const run = new Run(fields, checkText("id", id));
      Object.assign(storedState(run), { revision: checkCount("revision", revision), isChanged: false });
      return run;
    });
  }

  /** The id of the graph that ran. */
  get graphId(): string {
    return this.#fields.graphId;
  }

  /** The title of the graph that ran. */
  get title(): string {
    return this.#fields.title;
  }

  /** Where the run stands. */
  get status(): RunStatus {
    return this.#fields.status;
  }

  /** What started it. */
  get trigger(): RunTrigger {
    return this.#fields.trigger;
  }

  /** When it started, in wall-clock time. */
  get startedAt(): Date {
    return new Date(this.#fields.startedAt);
  }

  /** When it ended, in wall-clock time; `undefined` until then. */
  get finishedAt(): Date | undefined {
    const { finishedAt } = this.#fields;
    return finishedAt === undefined ? undefined : new Date(finishedAt);
  }

  /** Milliseconds between start and end, measured with a clock that never goes backwards; `undefined` until then. */
  get durationMs(): number | undefined {
    return this.#fields.durationMs;
  }

  /** What state the graph's tasks were in at the end; until then, at the start. */
  get counts(): RunCounts {
    return this.#fields.counts;
  }

  /** The `id` of the executor that it runs on, where that has one. */
  get executorId(): string | undefined {
    return this.#fields.executorId;
  }

  /** The id of the graph's run before, for one that was rerun or resumed. */
  get rerunOf(): string | undefined {
    return this.#fields.rerunOf;
  }

  /** What was reset before a rerun. */
  get reset(): ResetTasks | undefined {
    return this.#fields.reset;
  }

  /** How many tasks could run at once. */
  get concurrency(): number {
    return this.#fields.concurrency ?? Infinity;
  }

  /** How many tasks of each pool could run at once; those without a limit are left out. */
  get pools(): Readonly<Record<string, number>> {
    return this.#fields.pools ?? {};
  }

  /** Whether the failure of a required task was to keep others from starting. */
  get failFast(): boolean {
    return this.#fields.failFast ?? false;
  }

  /** The id of the task whose failure kept others from starting. */
  get failedFast(): string | undefined {
    return this.#fields.failedFast;
  }

  /** The tasks that could not start at all, as without a handler: the first 100. */
  get refused(): readonly RefusedTask[] {
    return this.#fields.refused ?? [];
  }

  /** The stored form: plain JSON that {@link Run.fromJSON} reads. The `type` is the graph's id, so that the runs of a graph are found. */
  toJSON(): JsonObject {
    const { graphId, startedAt, counts, reset, refused, pools, ...others } = this.#fields;
    return {
      version: DOCUMENT_VERSION,
      id: this.id,
      revision: this.revision,
      type: graphId,
      createdAt: startedAt,
      ...others,
      counts: { ...counts },
      pools: pools && { ...pools },
      reset: reset && { ...reset },
      refused: refused?.map((task) => ({ ...task })),
    };
  }

  static {
    updateRun = (run, change) => {
      run.#fields = { ...run.#fields, ...change };
      markChanged(run);
    };
  }
}

/** Throws a `TypeError` for anything but a state of a run. */
export const checkRunStatus = oneOf<RunStatus>(Object.values(RunStatus));

const checkFields = shape<RunFields>({
  graphId: checkText,
  title: checkString,
  status: checkRunStatus,
  trigger: oneOf<RunTrigger>(["run", "rerun", "resume"]),
  startedAt: checkNumber,
  finishedAt: optional(checkNumber),
  durationMs: optional(checkNumber),
  counts: shape<RunCounts>({
    total: checkCount,
    done: checkCount,
    failed: checkCount,
    cancelled: checkCount,
    blocked: checkCount,
    skipped: checkCount,
    notStarted: checkCount,
  }),
  executorId: optional(checkText),
  rerunOf: optional(checkText),
  reset: optional(shape<ResetTasks>({ count: checkCount, taskIds: arrayOf(checkText) })),
  concurrency: optional(checkNumber),
  pools: optional(checkObject) as never,
  failFast: optional(checkBoolean),
  failedFast: optional(checkText),
  refused: optional(arrayOf(shape<RefusedTask>({ taskId: checkText, reason: checkString }))),
});
