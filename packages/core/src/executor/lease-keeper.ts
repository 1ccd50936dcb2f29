import type { Clock } from "../internal/clock.ts";
import { createKey, idOfKey } from "../internal/identity.ts";
import { isThenable } from "../internal/is-thenable.ts";
import {
  HEARTBEAT_MS,
  Lease,
  updateLease,
  type CancelRequest,
  type ExecutorOwner,
  type Leases,
} from "../store/lease.ts";

/** Who attempts say they are run by. */
export interface ExecutorIdentity {
  readonly id: string;
}

/** What a lease keeper tells its executor. */
export interface LeaseHost {
  readonly clock: Clock;
  /** Somebody wants a task to be cancelled. */
  cancel(request: CancelRequest): void;
  /** Somebody has taken the executor for gone: all that it runs is somebody else's, and it has another identity now. */
  lost(): void;
  /** Takes note of what the store threw. */
  failed(thrown: unknown): void;
}

/** How often an executor looks whether it is asked to cancel something. */
const POLL_MS = 500;

/** A new identity; its text is made when it is read. */
export function newIdentity(): ExecutorIdentity {
  const key = createKey();
  let id: string | undefined;
  return {
    get id() {
      return (id ??= idOfKey(key));
    },
  };
}

/** Keeps the lease of an executor while it runs something, and looks for what it is asked to cancel. */
export class LeaseKeeper {
  readonly #leases: Leases;
  readonly #owner: ExecutorOwner | undefined;
  readonly #host: LeaseHost;
  #identity = newIdentity();
  #lease: Lease | undefined;
  /** By the clock that never goes backwards. */
  #renewedAt = -Infinity;
  #renewing: Promise<void> | undefined;
  #isBusy = false;
  #isTicking = false;
  #cancelTimer: (() => void) | undefined;

  constructor(leases: Leases, owner: ExecutorOwner | undefined, host: LeaseHost) {
    this.#leases = leases;
    this.#owner = owner;
    this.#host = host;
  }

  get identity(): ExecutorIdentity {
    return this.#identity;
  }

  /**
   * Has the store know that the executor lives, and returns a promise only where there is something to wait for.
   *
   * @throws what the store throws
   */
  ready(): void | Promise<void> {
    if (this.#renewing) return this.#renewing;
    if (this.#host.clock.monotonic() - this.#renewedAt < HEARTBEAT_MS) return undefined;
    const renewed = this.#renew();
    if (!renewed) return undefined;
    return (this.#renewing = renewed.finally(() => (this.#renewing = undefined)));
  }

  /** The executor runs something. */
  busy(): void {
    this.#isBusy = true;
    if (!this.#isTicking) this.#wait();
  }

  /** The executor runs nothing. */
  idle(): void {
    this.#isBusy = false;
    this.#cancelTimer?.();
  }

  /** The executor runs nothing any more. */
  async end(): Promise<void> {
    if (!this.#lease) return;
    try {
      const { id } = this.#lease;
      await this.#leases.forgetCancelRequests(await this.#leases.cancelRequests(id));
      await this.#leases.delete(id);
    } catch (thrown) {
      this.#host.failed(thrown);
    }
  }

  #wait(): void {
    this.#cancelTimer = this.#host.clock.setTimer(() => void this.#tick(), POLL_MS);
  }

  async #tick(): Promise<void> {
    this.#isTicking = true;
    try {
      const requests = await this.#leases.cancelRequests(this.#identity.id);
      for (const request of requests) this.#host.cancel(request);
      if (requests.length > 0) await this.#leases.forgetCancelRequests(requests);
      await this.ready();
    } catch (thrown) {
      this.#host.failed(thrown);
    }
    this.#isTicking = false;
    if (this.#isBusy) this.#wait();
  }

  #renew(): void | Promise<void> {
    const { clock } = this.#host;
    const [at, renewedAt] = [clock.monotonic(), clock.now()];
    this.#lease ??= new Lease(this.#identity.id, {
      owner: this.#owner,
      status: "active",
      createdAt: renewedAt,
      renewedAt,
    });
    updateLease(this.#lease, { renewedAt });
    const stored = this.#leases.renew(this.#lease);
    return isThenable(stored) ? stored.then((isOwn) => this.#renewed(isOwn, at)) : this.#renewed(stored, at);
  }

  #renewed(isOwn: boolean, at: number): void | Promise<void> {
    if (isOwn) {
      this.#renewedAt = at;
      return undefined;
    }
    this.#lease = undefined;
    this.#identity = newIdentity();
    this.#host.lost();
    return this.#renew();
  }
}
