import {
  DocumentStore,
  type Change,
  type LogChange,
  type LogChunk,
  type LogFilter,
  type Store,
  type TaskLogs,
} from "@ttasks/core";
import { MapDriver } from "@ttasks/testkit";

/** Drivers and stores that each do one thing wrong with logs. */

type AnyChange = Change | LogChange;

/** A driver whose changes of logs are changed, or left out, on their way in. */
class AlteringLogDriver extends MapDriver {
  readonly #alter: (change: LogChange) => LogChange | undefined;

  constructor(alter: (change: LogChange) => LogChange | undefined) {
    super();
    this.#alter = alter;
  }

  override write(changes: readonly AnyChange[]): readonly number[] {
    return super.write(changes.flatMap((change) => (change.op === "log" ? (this.#alter(change) ?? []) : change)));
  }
}

/** Never removes what is outdated. */
export function createHoardingLogDriver(): MapDriver {
  return new AlteringLogDriver(({ outdated: _, ...rest }) => rest);
}

/** Keeps text in place of bytes. */
export function createTextualLogDriver(): MapDriver {
  const asText = (bytes: Uint8Array): Uint8Array => new TextEncoder().encode(new TextDecoder().decode(bytes));
  return new AlteringLogDriver((change) => ({
    ...change,
    chunks: change.chunks.map((chunk) => ({ ...chunk, bytes: asText(chunk.bytes) })),
  }));
}

/** Gives the chunks of all attempts. */
export class UnfilteredLogDriver extends MapDriver {
  override readLog(id: string, { after }: LogFilter): readonly LogChunk[] {
    return super.readLog(id, { after });
  }
}

/** Has a unique index, and does not reckon with it. */
export class RefusingLogDriver extends MapDriver {
  override write(changes: readonly AnyChange[]): readonly number[] {
    for (const change of changes)
      if (change.op === "log" && this.readLog(change.id, {}).some(({ number }) => number === change.chunks[0]?.number))
        throw new Error("The number of a chunk is not unique");
    return super.write(changes);
  }
}

/** Keeps the logs of tasks that are not stored, and says so to nobody. */
export class OrphanKeepingDriver extends MapDriver {
  readonly #orphans = new Map<string, readonly LogChunk[]>();

  override write(changes: readonly AnyChange[]): readonly number[] {
    for (const change of changes)
      if (change.op === "log" && this.read("task", [change.id]).length === 0 && !changes.some(({ op }) => op === "put"))
        this.#orphans.set(change.id, change.chunks);
    return super.write(changes).filter((index) => changes[index]?.op !== "log");
  }

  override readLog(id: string, filter: LogFilter): readonly LogChunk[] {
    return [...(this.#orphans.get(id) ?? []), ...super.readLog(id, filter)];
  }
}

/** Leaves the log behind when its task is removed. */
export class ForgetfulLogDriver extends MapDriver {
  readonly #all = new Map<string, readonly LogChunk[]>();

  override write(changes: readonly AnyChange[]): readonly number[] {
    const skipped = super.write(changes);
    for (const change of changes) if (change.op === "log") this.#all.set(change.id, super.readLog(change.id, {}));
    return skipped;
  }

  override readLog(id: string, filter: LogFilter): readonly LogChunk[] {
    const left = super.readLog(id, filter);
    return left.length > 0 ||
      this.read("task", [id]).length === 0 ||
      Object.keys(filter).some((name) => name === "after")
      ? left
      : (this.#all.get(id) ?? []).filter(({ attempt }) => attempt === (filter.attempt ?? attempt));
  }
}

/** Removes all logs with any task. */
export class SweepingLogDriver extends MapDriver {
  override write(changes: readonly AnyChange[]): readonly number[] {
    const sweeps = changes.some(({ op, kind }) => op === "delete" && kind === "task");
    const tasks = sweeps ? [...this.scan("task", {})] : [];
    const skipped = super.write(changes);
    for (const document of tasks) {
      const id = String(document["id"]);
      if (this.read("task", [id]).length === 0) continue;
      const put = { op: "put", kind: "task", id, document, revision: Number(document["revision"]) } as const;
      super.write([{ op: "delete", kind: "task", id }, put]);
    }
    return skipped;
  }
}

/** A store over a driver that is whole, with logs that do something in another way. */
export function storeWithLogs(
  alter: (logs: TaskLogs<"sync">, append: (change: LogChange) => void) => Partial<TaskLogs<"sync">>,
): Store<"sync"> {
  const driver = new MapDriver();
  const store = new DocumentStore(driver);
  const { tasks, graphs, runs, logs } = store;
  const whole: TaskLogs<"sync"> = {
    read: (id, query) => logs.read(id, query),
    follow: (id, options) => logs.follow(id, options),
    writer: (options) => logs.writer!(options),
  };
  return {
    tasks,
    graphs,
    runs,
    record: (task, options) => store.record(task, options),
    prune: (options) => store.prune(options),
    explain: (id) => store.explain(id),
    logs: { ...whole, ...alter(logs, (change) => void driver.write([change])) },
  };
}
