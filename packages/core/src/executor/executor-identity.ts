import { createKey, idOfKey } from "../internal/identity.ts";

/** Who attempts say they are run by. */
export interface ExecutorIdentity {
  readonly id: string;
}

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
