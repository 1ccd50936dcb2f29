import { describe, expect, it } from "vitest";
import { createKey, idOfKey, keyOfId } from "../../src/internal/identity.ts";

const createId = (): string => idOfKey(createKey());

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

  it("an id that this process has made has the key of the object that it was made for", () => {
    const key = createKey();
    expect(keyOfId(idOfKey(key))).toBe(key);
  });

  it("every other id is its own key, also one that looks almost like one of this process", () => {
    const id = createId();
    for (const other of ["build", "1", "", `${id}-1`, `${id} `, `${id}.5`, id.toUpperCase(), id.slice(0, -1) + "-1"])
      expect(keyOfId(other)).toBe(other);
  });
});
