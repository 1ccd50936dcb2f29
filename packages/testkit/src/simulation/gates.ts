import type { Change, Filter, JsonObject, Kind, LogChange, LogDriver, StoreDriver } from "@ttasks/core";
import { statusOf, type Disk } from "./disk.ts";
import { PendingCall, type Changes } from "./pending-call.ts";

/** What stands between the store of a process and the disk. */
export interface GateOwner {
  readonly name: string;
  readonly isCrashed: boolean;
  readonly disk: Disk;
  /** Takes a call that waits for the simulation. */
  wait(call: PendingCall<never>): void;
  /**
   * Does a call of a process whose driver answers at once, or has it fail.
   *
   * @throws what the call is to fail with
   */
  perform<R>(label: string, changes: Changes, call: () => R): R;
  /** A write of these changes has been done. */
  written(changes: readonly (Change | LogChange)[], skipped: readonly number[]): void;
}

/** The driver that a process with an asynchronous store sees: each call waits until the simulation lets it go on. */
export function asyncGate(owner: GateOwner): StoreDriver<"async"> {
  const { disk } = owner;
  const driver = disk.driver as StoreDriver<"async">;
  const call = <R>(label: string, changes: Changes, perform: () => R | Promise<R>): Promise<R> =>
    new Promise<R>((resolve, reject) => {
      // Of a process that is gone nothing goes on.
      if (owner.isCrashed) return;
      owner.wait(new PendingCall(label, changes, perform, resolve, reject) as unknown as PendingCall<never>);
    });
  const write =
    (target: { write(changes: readonly (Change | LogChange)[]): Promise<readonly number[]> }) =>
    (changes: readonly (Change | LogChange)[]) =>
      call(labelOf(changes), changes, async () => {
        const skipped = await target.write(changes);
        owner.written(changes, skipped);
        return skipped;
      });
  async function* walk<T>(label: string, start: () => AsyncIterable<T> | Iterable<T>): AsyncIterableIterator<T> {
    yield* await call(label, undefined, async () => {
      const found: T[] = [];
      for await (const value of start()) found.push(value);
      return found;
    });
  }
  const { logs } = driver;
  return {
    read: (kind, ids) => call(`read ${kind} ${ids.join(" ")}`, undefined, () => driver.read(kind, ids)),
    scan: (kind, filter) => walk(`scan ${kind}`, () => driver.scan(kind, filter)),
    keys: (kind) => walk(`keys ${kind}`, () => driver.keys(kind)),
    count: (kind, filter) => call(`count ${kind}`, undefined, () => driver.count(kind, filter)),
    write: write(driver),
    logs: logs && {
      read: (id, filter) => call(`read the log of ${id}`, undefined, () => logs.read(id, filter)),
      write: write(logs),
    },
  };
}

/** The driver that a process with a synchronous store sees: each call is done, or fails, at once. */
export class SyncGate implements StoreDriver<"sync"> {
  readonly logs: LogDriver<"sync"> | undefined;
  readonly #owner: GateOwner;
  readonly #driver: StoreDriver<"sync">;

  constructor(owner: GateOwner) {
    this.#owner = owner;
    this.#driver = owner.disk.driver as StoreDriver<"sync">;
    const { logs } = this.#driver;
    this.logs = logs && {
      read: (id, filter) => owner.perform(`read the log of ${id}`, undefined, () => logs.read(id, filter)),
      write: (changes) => this.#write(changes, logs),
    };
  }

  /** As that of the disk. */
  read(kind: Kind, ids: readonly string[]): readonly JsonObject[] {
    return this.#owner.perform(`read ${kind} ${ids.join(" ")}`, undefined, () => this.#driver.read(kind, ids));
  }

  /** As that of the disk. */
  scan(kind: Kind, filter: Filter): IterableIterator<JsonObject> {
    return this.#owner.perform(`scan ${kind}`, undefined, () => this.#driver.scan(kind, filter));
  }

  /** As that of the disk. */
  keys(kind: Kind): IterableIterator<string> {
    return this.#owner.perform(`keys ${kind}`, undefined, () => this.#driver.keys(kind));
  }

  /** As that of the disk. */
  count(kind: Kind, filter: Filter): number {
    return this.#owner.perform(`count ${kind}`, undefined, () => this.#driver.count(kind, filter));
  }

  /** As that of the disk. */
  write(changes: readonly Change[]): readonly number[] {
    return this.#write(changes, this.#driver);
  }

  #write(changes: readonly (Change | LogChange)[], target: Pick<LogDriver<"sync">, "write">): readonly number[] {
    return this.#owner.perform(labelOf(changes), changes, () => {
      const skipped = target.write(changes);
      this.#owner.written(changes, skipped);
      return skipped;
    });
  }
}

/** What a write is called in a trace. */
function labelOf(changes: readonly (Change | LogChange)[]): string {
  const each = changes.map((change) => {
    if (change.op === "clear") return `clear ${change.kind}`;
    if (change.op === "delete") return `delete ${change.kind}`;
    if (change.op === "log") return `log ${change.id}`;
    const { kind, id, revision, ifRevision, document } = change;
    const condition = ifRevision === undefined ? "" : ` if ${String(ifRevision)}`;
    return `${kind} ${kind === "task" || kind === "graph" ? id : ""} ${statusOf(document)} r${revision}${condition}`;
  });
  return `write [${each.join(", ")}]`;
}
