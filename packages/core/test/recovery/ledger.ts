import {
  AsyncDocumentStore,
  DocumentStore,
  Task,
  TaskExecutor,
  type ExecutorOptions,
  type Handler,
  type RecoverOptions,
  type Store,
  type TaskFields,
} from "@ttasks/core";
import { asyncDriver, MapDriver, settle, VirtualClock } from "@ttasks/testkit";

/** A ledger that several processes use, each with a clock of its own: one that is not moved belongs to a process that is not alive, or sleeps. */
export class Ledger {
  readonly driver = new MapDriver();
  /** What the owners of executors are told apart by. */
  #pids = 0;

  readonly #mode: "sync" | "async";

  constructor(mode: "sync" | "async" = "sync") {
    this.#mode = mode;
  }

  /** A store of its own, as another process has it. */
  open(clock?: VirtualClock): Store {
    return this.#mode === "sync"
      ? new DocumentStore(this.driver, { clock })
      : new AsyncDocumentStore(asyncDriver(this.driver), { clock });
  }

  process(handler: Handler = () => "done", options: ExecutorOptions = {}): LedgerProcess {
    return new LedgerProcess(this, ++this.#pids, handler, options);
  }

  /** What is stored of a task. */
  async read(task: Task): Promise<Task> {
    return (await this.open().tasks.get(task.id))!;
  }

  async save(title: string, fields: TaskFields = {}, type = "any"): Promise<Task> {
    const task = new Task({ ...fields, type, payload: "do it", title });
    await this.open().tasks.save(task);
    return task;
  }
}

/** A process with an executor; it can be killed, and then none of its timers and handlers goes on. */
export class LedgerProcess {
  readonly clock = new VirtualClock();
  readonly store: Store;
  readonly executor: TaskExecutor;
  readonly calls: string[] = [];
  isAlive = true;

  readonly ledger: Ledger;
  readonly pid: number;

  constructor(ledger: Ledger, pid: number, handler: Handler, options: ExecutorOptions) {
    this.ledger = ledger;
    this.pid = pid;
    this.store = ledger.open(this.clock);
    const owner = { host: "here", pid };
    this.executor = new TaskExecutor({ store: this.store, clock: this.clock, owner, ...options });
    const noting: Handler = (context) => {
      this.calls.push(context.task.title);
      return handler(context);
    };
    for (const type of ["any", "bash", "prompt"]) this.executor.register(type, noting);
  }

  /** The task as this process has read it. */
  async load(task: Task): Promise<Task> {
    return (await this.store.tasks.get(task.id))!;
  }

  /** Starts a task and gives what it came to, an error as well. */
  execute(task: Task): Promise<unknown> {
    return this.executor.execute(task).catch((error: unknown) => error);
  }

  /** Resolves when the handler of a task has been called. */
  async hasStarted(task: Task): Promise<void> {
    while (!this.calls.includes(task.title)) await settle();
  }
}

/** Never ends by itself, but heeds its signal. */
export const hangs: Handler = ({ signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));

/** A probe that knows these processes. */
export function probe(...processes: readonly LedgerProcess[]): Required<Pick<RecoverOptions, "isAlive">> {
  return { isAlive: ({ pid }) => processes.find((one) => one.pid === pid)?.isAlive };
}
