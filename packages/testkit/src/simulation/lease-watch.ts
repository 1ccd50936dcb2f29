import type { Put } from "./disk.ts";

/** How long an executor must have been silent until it counts as gone. */
const LEASE_MS = 20_000;

interface KnownLease {
  readonly writer: string;
  renewedAt: number;
  isExpired: boolean;
}

/** Watches who is declared dead, and whether that was right. */
export class LeaseWatch {
  readonly #leases = new Map<string, KnownLease>();
  /** The process of each executor; one whose lease could not be stored may go on all the same. */
  readonly #processes = new Map<string, string>();

  /** A process runs what it runs under this id. */
  runsAs(process: string, executorId: string): void {
    this.#processes.set(executorId, process);
  }

  /** Whether the executor was declared dead, or has ended; `undefined` where the store has never heard of it. */
  isDead(executorId: string): boolean | undefined {
    return this.#leases.get(executorId)?.isExpired;
  }

  /** Whether both are ids of an executor of one process. */
  areOfOne(executorId: string, otherId: string): boolean {
    const process = this.#processes.get(executorId);
    return process !== undefined && process === this.#processes.get(otherId);
  }

  /** Looks at a put of a lease; gives what is wrong about it. */
  check({ writer, change, before }: Put, now: number, isGone: (process: string) => boolean): string | undefined {
    const { id, document } = change;
    const lease = this.#leases.get(id);
    if (document["status"] === "active") {
      // Whose first lease was told as failed, though it was stored, cannot know that it was expired.
      if (lease?.isExpired === true && before) return "it was expired, and is active again";
      if (lease && !lease.isExpired) lease.renewedAt = now;
      else this.#leases.set(id, { writer, renewedAt: now, isExpired: false });
      return undefined;
    }
    if (!lease || lease.isExpired) return undefined;
    lease.isExpired = true;
    const silentMs = now - lease.renewedAt;
    if (isGone(lease.writer) || silentMs >= LEASE_MS) return undefined;
    return `${writer} has declared ${lease.writer} dead, which lives and has renewed its lease ${silentMs} ms ago`;
  }

  /** Looks at the deletion of a lease; gives what is wrong about it. */
  checkDeleted(writer: string, id: string): string | undefined {
    const lease = this.#leases.get(id);
    if (!lease || lease.isExpired) return undefined;
    lease.isExpired = true;
    if (lease.writer === writer) return undefined;
    return `${writer} has deleted the lease of ${lease.writer}, which was not declared dead`;
  }
}
