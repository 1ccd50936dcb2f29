import type { Clock } from "../internal/clock.ts";
import type { ExecutorOwner } from "./executor-owner.ts";
import type { Lease } from "./lease.ts";
import type { Mode, Returns } from "./mode.ts";

/** An executor renews its lease so often while it runs something, in milliseconds. */
export const HEARTBEAT_MS = 5_000;
/** A lease that is not renewed for so long, as whoever waits for that measures it, is taken for that of one that is gone. */
export const LEASE_MS = 20_000;

/** What a lease keeper tells its executor. */
export interface LeaseHost {
  readonly clock: Clock;
  /** The id of the executor; it is another one after {@link LeaseHost.lost}. */
  readonly id: string;
  /** Somebody wants a task to be cancelled. */
  cancel(request: CancelRequest): void;
  /** Somebody has taken the executor for gone: all that it runs is somebody else's, and it needs another id. */
  lost(): void;
  /** Takes note of what the store threw. */
  failed(thrown: unknown): void;
}

/** Keeps the lease of an executor while it runs something, and looks for what it is asked to cancel. */
export interface LeaseKeeper {
  /**
   * Has the store know that the executor lives, and returns a promise only where there is something to wait for.
   *
   * @throws what the store throws
   */
  ready(): void | Promise<void>;
  /** The executor runs something. */
  busy(): void;
  /** The executor runs nothing. */
  idle(): void;
  /** The executor runs nothing any more: its lease is removed. */
  end(): Promise<void>;
}

/** That somebody wants a running task to be cancelled. */
export interface CancelRequest {
  readonly taskId: string;
  /** The attempt that went on then. */
  readonly attempt: number;
}

/** The leases of the executors that use a store, and what is asked of them. An executor and `recover` use it. */
export interface Leases<M extends Mode = Mode> {
  /** Stores a lease over the state that this object knows; `false` when there is another one: it has expired, or is gone. */
  renew(lease: Lease): Returns<boolean>[M];
  /** Notes that the executor is gone; `false` when the lease was renewed since it was read. */
  expire(lease: Lease): Returns<boolean>[M];
  /** The lease of the executor of this id. */
  get(id: string): Returns<Lease | undefined>[M];
  /** All leases. */
  find(): Returns<readonly Lease[]>[M];
  /** Removes a lease; tells whether it was stored. */
  delete(id: string): Returns<boolean>[M];
  /** What the executor of this id is asked to cancel. */
  cancelRequests(id: string): Returns<readonly CancelRequest[]>[M];
  /** Removes requests that were complied with. */
  forgetCancelRequests(requests: readonly CancelRequest[]): Returns<void>[M];
  /** Keeps the lease of an executor; an executor makes one for itself. */
  keeper(owner: ExecutorOwner | undefined, host: LeaseHost): LeaseKeeper;
}
