import { createKey, idOfKey, keyOfId, type Key } from "../internal/identity.ts";
import type { JsonObject } from "../internal/json-value.ts";

export type { Key };

/** What an object knows of its stored form. Stores keep it; the object itself only notes that it has changed. */
export interface StoredState {
  /** The revision that was stored last; 0 before the first time. */
  revision: number;
  /** Whether the object differs from what was stored last. */
  isChanged: boolean;
  /** Documents whose write failed: it may have been done all the same. */
  doubted?: readonly JsonObject[];
}

/** The state that the stores keep of an object; it is no part of the object's public face. */
export let storedState: (object: StoredObject) => StoredState;

/** Notes that the object differs from what was stored last. */
export let markChanged: (object: StoredObject) => void;

/** What stands for the object's id, without making the text of it. */
export let keyOf: (object: StoredObject) => Key;

/** What stores keep: a task or a graph. */
export abstract class StoredObject {
  readonly #key: Key;
  #id: string | undefined;
  /** Made when a store asks for it. */
  #state: StoredState | undefined;

  constructor(id?: string) {
    this.#key = id === undefined ? createKey() : keyOfId(id);
    this.#id = id;
  }

  /** The object's identity; it never changes. */
  get id(): string {
    return (this.#id ??= idOfKey(this.#key));
  }

  /** How often a change of this object was stored; 0 for one that no store has seen. Stores use it to keep an older state from replacing a newer one. */
  get revision(): number {
    return this.#state?.revision ?? 0;
  }

  /** A short name for people. */
  abstract get title(): string;

  /** The stored form: plain JSON. */
  abstract toJSON(): JsonObject;

  static {
    storedState = (object) => (object.#state ??= { revision: 0, isChanged: true });
    markChanged = (object) => {
      if (object.#state) object.#state.isChanged = true;
    };
    keyOf = (object) => object.#key;
  }
}
