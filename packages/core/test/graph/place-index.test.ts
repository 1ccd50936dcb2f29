import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlaceIndex } from "../../src/graph/place-index.ts";

describe("the index of a graph", () => {
  it("answers as a Map does, whatever the order of the keys", () => {
    const key = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 ** 31 }), fc.string());
    const entries = fc.array(fc.tuple(key, fc.integer({ min: -1_000, max: 1_000_000 })), { maxLength: 100 });
    fc.assert(
      fc.property(entries, fc.array(key), (set, asked) => {
        const index = new PlaceIndex();
        const model = new Map<string | number, number>();
        for (const [each, place] of set) {
          expect(index.get(each)).toBe(model.get(each));
          index.set(each, place);
          model.set(each, place);
        }
        for (const each of [...model.keys(), ...asked]) expect(index.get(each)).toBe(model.get(each));
      }),
      { numRuns: 2_000 },
    );
  });
});
