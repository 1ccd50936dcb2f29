import { isThenable } from "../internal/is-thenable.ts";
import { StoreError } from "../errors/store-errors.ts";
import { storedState } from "../task/stored-object.ts";
import type { ExecutorOwner } from "./executor-owner.ts";
import { Lease, updateLease } from "./lease.ts";
import { HEARTBEAT_MS, type LeaseHost, type LeaseKeeper, type Leases } from "./leases.ts";

/** How often an executor looks whether it is asked to cancel something. */
const POLL_MS = 500;

/** Keeps a lease among others. */
export class StoredLeaseKeeper implements LeaseKeeper {
  readonly #leases: Leases;
  readonly #owner: ExecutorOwner | undefined;
  readonly #host: LeaseHost;
  #lease: Lease | undefined;
  /** By the clock that never goes backwards. */
  #renewedAt = -Infinity;
  #renewing: Promise<void> | undefined;
  #isBusy = false;
  #isTicking = false;
  #hasEnded = false;
  #cancelTimer: (() => void) | undefined;

  constructor(leases: Leases, owner: ExecutorOwner | undefined, host: LeaseHost) {
    this.#leases = leases;
    this.#owner = owner;
    this.#host = host;
  }

  ready(): void | Promise<void> {
    // A lease that was removed must not come back.
    if (this.#hasEnded) return undefined;
    if (this.#renewing) return this.#renewing;
    if (this.#host.clock.monotonic() - this.#renewedAt < HEARTBEAT_MS) return undefined;
    const renewed = this.#renew();
    if (!renewed) return undefined;
    return (this.#renewing = renewed.finally(() => (this.#renewing = undefined)));
  }

  busy(): void {
    this.#isBusy = true;
    if (!this.#isTicking) this.#wait();
  }

  idle(): void {
    this.#isBusy = false;
    this.#cancelTimer?.();
  }

  async end(): Promise<void> {
    this.#hasEnded = true;
    try {
      await this.#renewing;
      if (!this.#lease) return;
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
      // First: whatever comes of the requests, the lease must not expire.
      await this.ready();
      const requests = await this.#leases.cancelRequests(this.#host.id);
      for (const request of requests) this.#host.cancel(request);
      await this.#leases.forgetCancelRequests(requests);
    } catch (thrown) {
      this.#host.failed(thrown);
    }
    this.#isTicking = false;
    if (this.#isBusy) this.#wait();
  }

  #renew(): void | Promise<void> {
    const { clock } = this.#host;
    const [at, renewedAt] = [clock.monotonic(), clock.now()];
    this.#lease ??= new Lease(this.#host.id, {
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
    // Nobody else knows of a lease that was never stored, not even by a write that was told as failed.
    const isNew = this.#lease?.revision === 0 && storedState(this.#lease).doubted === undefined;
    this.#lease = undefined;
    if (isNew)
      throw new StoreError("bad_document", `Cannot store the lease of executor ${this.#host.id}: it is not stored`);
    this.#host.lost();
    return this.#renew();
  }
}
