import type { JsonObject } from "../internal/json-value.ts";
import { storedState } from "../task/stored-object.ts";
import { CANCEL, readCancelRequest } from "./cancel-requests.ts";
import { Capture, isOwnDocument, put } from "./codec.ts";
import { after, collect, walk } from "./flow.ts";
import type { ExecutorOwner } from "./executor-owner.ts";
import { StoredLeaseKeeper } from "./lease-keeper.ts";
import { Lease, updateLease } from "./lease.ts";
import type { CancelRequest, LeaseHost, LeaseKeeper, Leases } from "./leases.ts";
import type { Mode, Returns } from "./mode.ts";
import type { StoreDriver } from "./store-driver.ts";

const KIND = "lease";

/** Leases as documents of a driver. */
export class StoredLeases<M extends Mode> implements Leases<M> {
  readonly #driver: () => StoreDriver<M>;

  /** @param driver - asked for at each use, so that a store can first commit what it has gathered */
  constructor(driver: () => StoreDriver<M>) {
    this.#driver = driver;
  }

  renew(lease: Lease): Returns<boolean>[M] {
    return after<M, boolean, boolean>(this.#put(lease), (isStored) => isStored || this.#renewDoubted(lease));
  }

  expire(lease: Lease): Returns<boolean>[M] {
    updateLease(lease, { status: "expired" });
    return this.#put(lease);
  }

  get(id: string): Returns<Lease | undefined>[M] {
    return after<M, JsonObject | undefined, Lease | undefined>(
      this.#read(id),
      (document) => document && Lease.fromJSON(document),
    );
  }

  find(): Returns<readonly Lease[]>[M] {
    const documents = this.#driver().scan(KIND, {});
    return collect<M, Lease>(walk<M, JsonObject, Lease>(documents, (document) => Lease.fromJSON(document)));
  }

  delete(id: string): Returns<boolean>[M] {
    const written = this.#driver().write([{ op: "delete", kind: KIND, id }]);
    return after<M, readonly number[], boolean>(written, (skipped) => skipped.length === 0);
  }

  cancelRequests(id: string): Returns<readonly CancelRequest[]>[M] {
    const documents = this.#driver().scan(CANCEL, { type: id });
    return collect<M, CancelRequest>(walk<M, JsonObject, CancelRequest>(documents, readCancelRequest));
  }

  forgetCancelRequests(requests: readonly CancelRequest[]): Returns<void>[M] {
    if (requests.length === 0) return undefined as Returns<void>[M];
    const deletes = requests.map(({ taskId }) => ({ op: "delete", kind: CANCEL, id: taskId }) as const);
    return after<M, readonly number[], void>(this.#driver().write(deletes), () => undefined);
  }

  keeper(owner: ExecutorOwner | undefined, host: LeaseHost): LeaseKeeper {
    return new StoredLeaseKeeper(this, owner, host);
  }

  #put(lease: Lease): Returns<boolean>[M] {
    const written = put<M>(this.#driver, [new Capture(KIND, lease, "current")]);
    return after<M, readonly number[], boolean>(written, (skipped) => skipped.length === 0);
  }

  /** The last renewal may have been told as failed, and was made all the same. */
  #renewDoubted(lease: Lease): boolean | Returns<boolean>[M] {
    return after<M, JsonObject | undefined, boolean>(this.#read(lease.id), (document) => {
      const state = storedState(lease);
      if (document === undefined || !isOwnDocument(state, document)) return false;
      state.revision = document["revision"] as number;
      return this.#put(lease);
    });
  }

  #read(id: string): Returns<JsonObject | undefined>[M] {
    return after<M, readonly JsonObject[], JsonObject | undefined>(
      this.#driver().read(KIND, [id]),
      ([document]) => document,
    );
  }
}
