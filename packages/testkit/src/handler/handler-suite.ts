import type { Handler, JsonObject, JsonValue, Task, TaskExecutor } from "@ttasks/core";
import type { Check } from "../test-api.ts";

/** A task that shows one behaviour of a handler. */
export interface HandlerCase {
  /** What the handler is to do. */
  readonly payload: JsonValue;
  /**
   * Facts that the handler reads.
   *
   * @default {}
   */
  readonly metadata?: JsonObject | undefined;
}

/** A task that succeeds. */
export interface SucceedingCase extends HandlerCase {
  /**
   * The output that it gives.
   *
   * @default absent: any output is right
   */
  readonly output?: unknown;
}

/** The handler that {@link describeHandler} tests. */
export interface HandlerContract {
  /** Makes the handler; called for each test. */
  create(): Handler;
  /** The type of task that it runs. */
  readonly type: string;
  /** A task that ends well within a second or so. */
  readonly succeeds: SucceedingCase;
  /** A task that fails. */
  readonly fails: HandlerCase;
  /**
   * A task that runs until it is stopped, and stops when it is told to.
   *
   * @default absent: the handler's tasks end by themselves at once, and the tests of cancellation and timeout are left out
   */
  readonly hangs?: HandlerCase | undefined;
  /**
   * A task that succeeds and passes its output on live, as text whose pieces make up its output.
   *
   * @default absent: the handler gives no live output, and the tests of it are left out
   */
  readonly prints?: HandlerCase | undefined;
  /**
   * Names what the handler's tasks have started and what is still there: processes, connections, temporary files. Asked when a task has
   * ended or was stopped.
   *
   * @default absent: tasks start nothing that could outlive them, and the tests of what they leave behind are left out
   */
  leftovers?(): readonly string[] | Promise<readonly string[]>;
  /**
   * How long the handler may take to end a task that was told to stop, in milliseconds.
   *
   * @default 20_000
   */
  readonly stopsWithinMs?: number | undefined;
}

/** What each group of tests is given. */
export interface HandlerSuite {
  readonly contract: HandlerContract;
  readonly check: Check;
  /** Defines a test that gets a new handler behind an executor, which is closed behind it. */
  readonly test: (title: string, body: (bench: HandlerBench) => Promise<void>) => void;
}

/** A handler behind an executor. */
export interface HandlerBench {
  readonly executor: TaskExecutor;
  /** How many calls of the handler have not ended. */
  readonly openCalls: () => number;
  /** What was passed on by calls that had ended. */
  readonly lateOutput: () => readonly string[];
  /** Has something done each time before the handler is called. */
  readonly beforeCalls: (callback: (task: Task) => void) => void;
  /** A new task of the handler's type. */
  readonly task: (from: HandlerCase, timeoutMs?: number) => Task;
  /** Ends what still runs and closes the executor. */
  readonly tidyUp: () => Promise<void>;
}
