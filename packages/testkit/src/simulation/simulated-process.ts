import {
  AsyncDocumentStore,
  DocumentStore,
  TaskExecutor,
  type Change,
  type ExecutorOwner,
  type HandlerContext,
  type LogChange,
  type PutChange,
  type Store,
  type Task,
  type TaskEvent,
  type TaskGraph,
} from "@ttasks/core";
import type { Disk } from "./disk.ts";
import { asyncGate, SyncGate, type GateOwner } from "./gates.ts";
import type { HandlerCall } from "./handler-calls.ts";
import { SimulatedFault, type Changes, type PendingCall } from "./pending-call.ts";
import type { Random } from "./random.ts";
import { SIMULATED_TYPE, type Scenario } from "./scenario.ts";
import { ProcessClock, type Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

/** Something that was called and has not come to its end. */
export interface Operation {
  readonly label: string;
}

/** A run of the graph in a process. */
export interface GraphRunning {
  readonly controller: AbortController;
  /** Tasks of the graph were executed by themselves while it ran. */
  isMixed: boolean;
}

/** What becomes of a call of a driver that answers at once. */
export type Fate = "done" | "fails" | "fails after" | "crash before" | "crash after";

/** The world that a process lives in. */
export interface ProcessWorld {
  readonly random: Random;
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly trace: Trace;
  readonly disk: Disk;
  fateOf(isWrite: boolean): Fate;
  /** A handler is called. */
  called(process: SimulatedProcess, context: HandlerContext): PromiseLike<unknown>;
  /** An event is sent. */
  told(process: SimulatedProcess, event: TaskEvent): void;
  crash(process: SimulatedProcess, fault: "a process crashes while it saves"): void;
  /** Something else than its failures may end the task. */
  stopped(taskId: string): void;
  fail(message: string): void;
}

/** What calls may end with. */
const EXPECTED_ERRORS: readonly string[] = [
  ...["SimulatedFault", "store_failed"],
  ...["execution_failed", "cancelled", "timeout", "invalid_transition", "stale_revision", "executor_closed"],
  ...["graph_running", "task_running", "task_claimed", "task_held"],
];

/** One process of a simulation: an executor over a store of its own, with a clock of its own. */
export class SimulatedProcess implements GateOwner {
  readonly name: string;
  /** Processes of one host can see whether the others live; not all say where they are. */
  readonly owner: ExecutorOwner | undefined;
  readonly clock: ProcessClock;
  readonly store: Store;
  readonly executor: TaskExecutor;
  readonly pending = new Set<PendingCall<never>>();
  readonly calls = new Set<HandlerCall>();
  readonly operations = new Set<Operation>();
  state: "running" | "frozen" | "crashed" = "running";
  graph: TaskGraph | undefined;
  loose: readonly Task[] = [];
  running: GraphRunning | undefined;
  /** The tasks whose newest save has failed. */
  readonly unsaved = new Set<string>();
  /** The tasks of which was told that a save has failed, and nothing since. */
  readonly toldUnsaved = new Set<string>();
  /** The tasks that were done, and that a rerun has reset; the store does not know it yet. */
  readonly mayRedo = new Set<string>();
  readonly #world: ProcessWorld;

  constructor(world: ProcessWorld, name: string) {
    const { scenario, timeline, random } = world;
    this.#world = world;
    this.name = name;
    const pid = Number(name.slice(1));
    if (random.chance(0.85)) this.owner = { host: `host-${random.between(1, 2)}`, pid, processStart: name };
    this.clock = new ProcessClock(timeline);
    const { clock } = this;
    this.store = scenario.isSync
      ? new DocumentStore(new SyncGate(this), { clock })
      : new AsyncDocumentStore(asyncGate(this), { clock });
    this.executor = new TaskExecutor({
      store: this.store,
      clock,
      persistence: scenario.persistence,
      owner: this.owner,
      maxLogBytes: scenario.keepsLogs ? 4_096 : 0,
      handlers: { [SIMULATED_TYPE]: (context) => world.called(this, context) },
    });
    this.executor.events.subscribe((event) => world.told(this, event));
  }

  get disk(): Disk {
    return this.#world.disk;
  }

  get isCrashed(): boolean {
    return this.state === "crashed";
  }

  /** Whether it goes on by itself. */
  get isActive(): boolean {
    return this.state === "running";
  }

  /** All tasks that it has in memory. */
  get tasks(): readonly Task[] {
    return [...(this.graph?.tasks ?? []), ...this.loose];
  }

  wait(call: PendingCall<never>): void {
    this.pending.add(call);
  }

  written(changes: readonly (Change | LogChange)[], skipped: readonly number[]): void {
    changes.forEach((change, index) => {
      if (isTaskPut(change) && !skipped.includes(index)) this.unsaved.delete(change.id);
    });
    this.#world.disk.written(this.name, changes, skipped);
  }

  perform<R>(label: string, changes: Changes, call: () => R): R {
    if (this.isCrashed) throw new SimulatedFault("the process is gone");
    const fate = this.#world.fateOf(changes !== undefined);
    this.#world.trace.add(`${this.name} ${label}${fate === "done" ? "" : `: ${fate}`}`);
    if (fate === "fails") throw this.failed(changes, "as planned");
    if (fate === "crash before") throw this.#crashed();
    const result = this.#callDriver(label, call);
    if (fate === "fails after") throw this.failed(changes, "as planned, after it was done");
    if (fate === "crash after") throw this.#crashed();
    return result;
  }

  #callDriver<R>(label: string, call: () => R): R {
    try {
      return call();
    } catch (error) {
      this.#world.fail(`the driver has thrown at ${label}: ${String(error)}`);
      throw error;
    }
  }

  /** Takes note of a call that fails. */
  failed(changes: Changes, message: string): SimulatedFault {
    for (const change of changes ?? [])
      if (isTaskPut(change)) {
        this.unsaved.add(change.id);
        // Whose retry cannot be saved is not tried again.
        if (this.#world.scenario.persistence === "strict") this.#world.stopped(change.id);
      }
    return new SimulatedFault(message);
  }

  /** Calls something that goes on for a while, and watches how it ends. */
  start(label: string, call: () => unknown, onEnd?: () => void): void {
    const operation: Operation = { label };
    this.operations.add(operation);
    this.#world.trace.add(`${this.name} ${label}`);
    void this.#watch(operation, call, onEnd);
  }

  async #watch(operation: Operation, call: () => unknown, onEnd?: () => void): Promise<void> {
    let kind = "ok";
    try {
      await call();
    } catch (error) {
      const { code, name } = Object(error) as { code?: unknown; name?: unknown };
      kind = typeof code === "string" ? code : String(name);
      if (!EXPECTED_ERRORS.includes(kind) && !this.isCrashed)
        this.#world.fail(`${this.name} ${operation.label} has ended with ${String((error as Error).stack)}`);
    }
    if (this.isCrashed) return;
    this.operations.delete(operation);
    this.#world.trace.add(`${this.name} ${operation.label}: ${kind}`);
    onEnd?.();
  }

  /** Nothing of it goes on. */
  crash(): void {
    this.state = "crashed";
    this.clock.isStopped = true;
    this.operations.clear();
    this.calls.clear();
    this.running = undefined;
  }

  #crashed(): SimulatedFault {
    this.#world.crash(this, "a process crashes while it saves");
    return new SimulatedFault("the process is gone");
  }
}

function isTaskPut(change: Change | LogChange): change is PutChange {
  return change.op === "put" && change.kind === "task";
}
