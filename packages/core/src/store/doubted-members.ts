import type { JsonObject } from "../internal/json-value.ts";
import { storedState, type StoredObject } from "../task/stored-object.ts";
import { Capture, isOwnDocument, put, revisionOf } from "./codec.ts";
import { after } from "./flow.ts";
import type { Mode, Returns } from "./mode.ts";
import type { Kind, StoreDriver } from "./store-driver.ts";

/**
 * Stores the members of an object whose puts were skipped because of writes of their own: told as failed, but done. What others have
 * stored stays.
 */
export function storeDoubted<M extends Mode>(
  driver: () => StoreDriver<M>,
  kind: Kind,
  members: readonly StoredObject[],
): Returns<void>[M] | undefined {
  const open = members.filter((member) => {
    const { isChanged, doubted } = storedState(member);
    return isChanged && doubted?.length;
  });
  if (open.length === 0) return undefined;
  const ids = open.map(({ id }) => id);
  return after<M, readonly JsonObject[], void>(driver().read(kind, ids), (documents) => {
    const stored = new Map(documents.map((document) => [document["id"], document]));
    const own = open.filter((member) => isOwnDocument(storedState(member), stored.get(member.id)));
    if (own.length === 0) return undefined;
    const captures = own.map((member) => new Capture(kind, member, revisionOf(stored.get(member.id))));
    return after<M, readonly number[], void>(put(driver, captures), () => undefined);
  });
}
