import type { Change, Filter, JsonObject, Kind } from "@ttasks/core";
import { describeDriver, MapDriver } from "@ttasks/testkit";
import { expect, it } from "vitest";
import { collectFailures } from "../collect-failures.ts";

class Unconditional extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    return super.write(changes.map((change) => ({ ...change, ifRevision: undefined })));
  }
}

class Piecemeal extends MapDriver {
  override write(changes: readonly Change[]): readonly number[] {
    return changes.flatMap((change, index) => (super.write([change]).length === 0 ? [] : [index]));
  }
}

class Paging extends MapDriver {
  /** Skips documents when others are deleted: it goes by position. */
  override *scan(kind: Kind, filter: Filter): IterableIterator<JsonObject> {
    for (let page = 0; ; page++) {
      const documents = [...super.scan(kind, {})].slice(page * 500, page * 500 + 500);
      if (documents.length === 0) return;
      for (const document of documents) if (filter.limit !== 0) yield document;
      super.write([{ op: "delete", kind, id: documents[0]?.["id"] as string }]);
    }
  }
}

class Unlimited extends MapDriver {
  override count(kind: Kind, { status, type }: Filter): number {
    return super.count(kind, { status, type });
  }
}

it.each([
  ["ignores ifRevision", Unconditional, "over revision 3, a put that expects a lower revision is skipped"],
  ["does not roll back", Piecemeal, "a write that fails half-way changes nothing"],
  ["pages by position", Paging, "documents can be written while a walk is open"],
  ["counts without the limit", Unlimited, "scan and count go by every field of a filter"],
])("a driver that %s is caught", async (_fault, Driver, title) => {
  const failures = await collectFailures((api) => describeDriver(api, { create: () => new Driver() }));
  expect([...failures.keys()]).toContain(title);
});
