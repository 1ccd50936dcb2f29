import type { JsonObject } from "../internal/json-value.ts";
import { checkNumber, checkObject, checkString, isObject, optional, shape } from "../internal/check-option.ts";
import { timeOf, toMoment, type Moment } from "../internal/moment.ts";
import { usageOf, type TaskUsage } from "../internal/task-usage.ts";
import { checkTerminal, type TerminalStatus } from "./task-status.ts";

/** What a {@link TaskResult} is made of; times are milliseconds since the epoch. */
export interface TaskResultFields<O = unknown> {
  readonly status: TerminalStatus;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly durationMs: number;
  readonly output?: O | undefined;
  readonly error?: string | undefined;
  readonly stderr?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly truncated?: boolean | undefined;
  readonly usage?: TaskUsage | undefined;
  readonly raw?: unknown;
}

const checkFields = shape<TaskResultFields>({
  status: checkTerminal,
  startedAt: checkNumber,
  finishedAt: checkNumber,
  durationMs: checkNumber,
  error: optional(checkString),
  stderr: optional(checkString),
  exitCode: optional(checkNumber),
  signal: optional(checkString),
  usage: optional(checkObject),
});

type HandlerFields<O> = Omit<TaskResultFields<O>, "status" | "startedAt" | "finishedAt" | "durationMs" | "error">;

/** How a task ended; it never changes. */
export class TaskResult<O = unknown> {
  /** The state that the task ended in. */
  declare readonly status: TerminalStatus;
  /** What the handler returned; for shell tasks what the process wrote to its standard output, not trimmed. */
  declare readonly output: O | undefined;
  /** Why the task did not succeed: the standard error of a failed process, else a sentence. */
  declare readonly error: string | undefined;
  /** What the process wrote to its standard error. */
  declare readonly stderr: string | undefined;
  /** The exit code of the process. */
  declare readonly exitCode: number | undefined;
  /** The signal that ended the process, as `"SIGKILL"`. */
  declare readonly signal: string | undefined;
  /** Whether part of the output was left out. */
  declare readonly truncated: boolean;
  /** What the task used of language models; `undefined` where its handler does not tell. */
  declare readonly usage: TaskUsage | undefined;
  /** Milliseconds between start and end, measured with a clock that never goes backwards. */
  declare readonly durationMs: number;
  /** The handler's own result object; stores do not keep it. */
  declare readonly raw: unknown;
  readonly #startedAt: Moment;
  readonly #finishedAt: Moment;

  /** @param shown - what the handler had to show, where that is an object of its own */
  constructor(fields: TaskResultFields<O>, shown: HandlerFields<O> = fields) {
    this.status = fields.status;
    if (shown.output !== undefined) this.output = shown.output;
    if (typeof fields.error === "string") this.error = fields.error;
    this.durationMs = fields.durationMs;
    this.#startedAt = toMoment(fields.startedAt);
    this.#finishedAt = toMoment(fields.finishedAt);
    if (hasDetails(shown)) Object.assign(this, detailsOf(shown));
    Object.freeze(this);
  }

  // What is not there is on the prototype, so that it takes no memory of each of many results.
  static {
    const nothing = { output: undefined, error: undefined, stderr: undefined, exitCode: undefined, signal: undefined };
    Object.assign(this.prototype, { ...nothing, truncated: false, usage: undefined, raw: undefined });
  }

  /**
   * A result from its stored form.
   *
   * @throws {TypeError} when a field is not as expected
   */
  static fromJSON(document: unknown): TaskResult {
    return new TaskResult(checkFields("result", document));
  }

  /** When the task started, in wall-clock time; for a task cancelled before its start, when it was cancelled. */
  get startedAt(): Date {
    return new Date(timeOf(this.#startedAt));
  }

  /** When the task ended, in wall-clock time. */
  get finishedAt(): Date {
    return new Date(timeOf(this.#finishedAt));
  }

  /** The stored form: everything but `raw`, and no `output` that JSON cannot hold. */
  toJSON(): JsonObject {
    return {
      status: this.status,
      startedAt: timeOf(this.#startedAt),
      finishedAt: timeOf(this.#finishedAt),
      durationMs: this.durationMs,
      output: storable(this.output),
      error: this.error,
      stderr: this.stderr,
      exitCode: this.exitCode,
      signal: this.signal,
      truncated: this.truncated || undefined,
      usage: this.usage && { ...this.usage },
    };
  }
}

type Details = Pick<HandlerFields<unknown>, "stderr" | "exitCode" | "signal" | "truncated" | "usage" | "raw">;

function hasDetails({ stderr, exitCode, signal, truncated, usage, raw }: Details): boolean {
  return (stderr ?? exitCode ?? signal ?? truncated ?? usage ?? raw) !== undefined;
}

/** Handlers in plain JavaScript may say null, or a Buffer: what a reader of the ledger would refuse is not taken in. */
function detailsOf({ stderr, exitCode, signal, truncated, usage, raw }: Details): Details {
  return {
    ...(typeof stderr === "string" && { stderr }),
    ...(Number.isFinite(exitCode) && { exitCode }),
    ...(typeof signal === "string" && { signal }),
    ...(truncated === true && { truncated }),
    ...(isObject(usage) && { usage: usageOf(usage) }),
    ...(raw !== undefined && { raw }),
  };
}

/** A handler may return anything; what JSON cannot hold stays in memory, so that the task's state is stored all the same. */
function storable(output: unknown): JsonObject[string] {
  if (output === undefined || typeof output === "string") return output;
  try {
    const text = JSON.stringify(output) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as JsonObject[string]);
  } catch {
    return undefined;
  }
}
