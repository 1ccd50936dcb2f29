import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TailBytes } from "../src/tail-bytes.ts";

const lengths = fc.array(fc.oneof(fc.nat(50), fc.nat(16_500), fc.nat(70_000)), { maxLength: 40 });

/** Bytes of which no two stretches are the same. */
function counted(length: number, from: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => ((from + i) * 2_654_435_761) >>> 24);
}

describe("the end of the output", () => {
  it("is the last bytes, in whatever pieces they came, and holds little more memory than it keeps", () => {
    fc.assert(
      fc.property(lengths, fc.nat(150_000), (pieces, limit) => {
        const tail = new TailBytes(limit);
        const chunks: Uint8Array[] = [];
        for (const length of pieces) {
          const chunk = counted(length, chunks.length * 100_000);
          chunks.push(chunk);
          // A piece of a larger buffer, as streams give them.
          tail.add(Buffer.concat([new Uint8Array(length % 7), chunk]).subarray(length % 7));
        }
        const whole = Buffer.concat(chunks);
        expect(tail.length).toBe(Math.min(limit, whole.length));
        expect(Buffer.concat(tail.parts()).equals(whole.subarray(whole.length - tail.length))).toBe(true);
        const held = new Set(tail.parts().map((part) => part.buffer));
        expect([...held].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThan(2 * limit + 160_000);
      }),
      { numRuns: 300 },
    );
  });
});
