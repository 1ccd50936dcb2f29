import { checkCount, checkNumber, checkText, oneOf, optional, shape } from "../internal/check-option.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { DOCUMENT_VERSION, readDocument } from "../task/read-document.ts";
import { markChanged, StoredObject, storedState } from "../task/stored-object.ts";
import { checkOwner, type ExecutorOwner } from "./executor-owner.ts";

/** The states of a lease: an executor that finds its own expired has lost all that it ran. */
export type LeaseStatus = "active" | "expired";

interface LeaseFields {
  readonly owner?: ExecutorOwner | undefined;
  readonly status: LeaseStatus;
  readonly createdAt: number;
  readonly renewedAt: number;
}

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
