import { describe, expect, it } from "vitest";
import { createId } from "../../src/internal/create-id.ts";

describe("ids", () => {
  it("100,000 of them are all different", () => {
    expect(new Set(Array.from({ length: 100_000 }, createId)).size).toBe(100_000);
  });

  it("no random number is drawn for an id after the first one", () => {
    createId();
    const { getRandomValues, randomUUID } = crypto;
    let draws = 0;
    crypto.getRandomValues = (array) => (draws++, getRandomValues.call(crypto, array as never) as typeof array);
    crypto.randomUUID = () => (draws++, randomUUID.call(crypto));
    try {
      for (let n = 0; n < 100; n++) createId();
    } finally {
      Reflect.deleteProperty(crypto, "getRandomValues");
      Reflect.deleteProperty(crypto, "randomUUID");
    }
    expect(draws).toBe(0);
  });
});
