import { checkCount, checkNumber, checkOrdinal, checkText, oneOf, optional, shape } from "../internal/check-option.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { DOCUMENT_VERSION, readDocument } from "../task/read-document.ts";
import { markChanged, StoredObject, storedState } from "../task/stored-object.ts";
import type { Mode, Returns } from "./mode.ts";

/** An executor renews its lease so often while it runs something, in milliseconds. */
export const HEARTBEAT_MS = 5_000;
/** A lease that is not renewed for so long, as whoever waits for that measures it, is taken for that of one that is gone. */
export const LEASE_MS = 20_000;

/** The process that an executor lives in. */
export interface ExecutorOwner {
  /** The name of the machine. */
  readonly host: string;
  readonly pid: number;
  /** Tells the process from another one that is given the same number later; what it looks like is the platform's affair. */
  readonly processStart?: string | undefined;
}

/** The states of a lease: an executor that finds its own expired has lost all that it ran. */
export type LeaseStatus = "active" | "expired";

interface LeaseFields {
  readonly owner?: ExecutorOwner | undefined;
  readonly status: LeaseStatus;
  readonly createdAt: number;
  readonly renewedAt: number;
}

/** Throws a `TypeError` for anything but the owner of an executor. */
export const checkOwner = shape<ExecutorOwner>({
  host: checkText,
  pid: checkOrdinal,
  processStart: optional(checkText),
});

const checkFields = shape<LeaseFields>({
  owner: optional(checkOwner),
  status: oneOf<LeaseStatus>(["active", "expired"]),
  createdAt: checkNumber,
  renewedAt: checkNumber,
});

/** Notes a change of a lease; only who stores it does. */
export let updateLease: (lease: Lease, change: Partial<LeaseFields>) => void;

/** That an executor lives: it renews the lease while it runs something. Its id is the executor's. */
export class Lease extends StoredObject {
  #fields: LeaseFields;

  /** Executors make their leases themselves. */
  constructor(id: string, fields: LeaseFields) {
    super(id);
    this.#fields = fields;
  }

  /**
   * A lease from its stored form.
   *
   * @throws {StoreError} when the document is not a lease's or was written by a newer version
   */
  static fromJSON(document: unknown): Lease {
    return readDocument("lease", document, ({ version: _version, id, revision, ...fields }) => {
      const lease = new Lease(checkText("id", id), checkFields("lease", fields));
      Object.assign(storedState(lease), { revision: checkCount("revision", revision), isChanged: false });
      return lease;
    });
  }

  /** What errors name the lease by. */
  get title(): string {
    const { owner } = this.#fields;
    return owner ? `${owner.host}:${owner.pid}` : this.id;
  }

  /** The process of the executor; `undefined` where it was not told. */
  get owner(): ExecutorOwner | undefined {
    return this.#fields.owner;
  }

  get status(): LeaseStatus {
    return this.#fields.status;
  }

  /** When it was first stored, by the owner's wall clock. */
  get createdAt(): Date {
    return new Date(this.#fields.createdAt);
  }

  /** When it was renewed last, by the owner's wall clock: for people. Whether the owner lives is told by the revision going on. */
  get renewedAt(): Date {
    return new Date(this.#fields.renewedAt);
  }

  /** The stored form: plain JSON that {@link Lease.fromJSON} reads. */
  toJSON(): JsonObject {
    const { owner, ...others } = this.#fields;
    const { id, revision } = this;
    return { version: DOCUMENT_VERSION, id, revision, ...others, owner: owner && { ...owner } };
  }

  static {
    updateLease = (lease, change) => {
      lease.#fields = { ...lease.#fields, ...change };
      markChanged(lease);
    };
  }
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
}
