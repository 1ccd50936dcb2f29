import type { JsonObject, PutChange, StoreDriver } from "@ttasks/core";

/** What a sample put may be given beside its id. */
export interface SamplePut {
  readonly kind?: string;
  readonly revision?: number;
  readonly ifRevision?: number | null;
  /** Fields of the document. */
  readonly fields?: JsonObject;
}

/** A put of a small document. */
export function put(id: string, { kind = "task", revision = 1, ifRevision, fields }: SamplePut = {}): PutChange {
  const document = { version: 1, id, revision, type: "sample", status: "pending", ...fields };
  return { op: "put", kind, id, document, revision, ifRevision };
}

/** The ids of a kind, in the driver's order. */
export async function idsOf(driver: StoreDriver, kind = "task"): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of driver.keys(kind)) ids.push(id);
  return ids;
}

/** The document stored under an id. */
export async function documentOf(driver: StoreDriver, id: string, kind = "task"): Promise<JsonObject | undefined> {
  return (await driver.read(kind, [id]))[0];
}
