import { describe, expect, it } from "vitest";
import { BoundedList } from "../../src/internal/bounded-list.ts";

describe("a bounded list", () => {
  it("keeps the newest 1,000 items, oldest first, and counts all", () => {
    const list = new BoundedList<number>();
    for (let item = 1; item <= 2_500; item++) list.add(item);
    expect([list.count, list.items.length, list.items[0], list.items.at(-1)]).toEqual([2_500, 1_000, 1_501, 2_500]);
  });
});
