import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputCollector } from "../src/output-collector.ts";

const MARKER = /\n\[\.\.\. (\d+) bytes left out \.\.\.\]\n/;

async function collect(chunks: readonly Uint8Array[], maxBytes: number): Promise<OutputCollector & { result: string }> {
  const collector = new OutputCollector(maxBytes);
  for (const chunk of chunks) collector.add(chunk);
  return Object.assign(collector, { result: await collector.text() });
}

/** The bytes cut into pieces of the given lengths, the rest in one. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (const length of lengths) {
    pieces.push(bytes.slice(start, start + length));
    start += length;
  }
  return [...pieces, bytes.slice(start)];
}

const text = fc.string({ unit: "binary", maxLength: 300 }).map((value) => value.replaceAll("[", "("));
const lengths = fc.array(fc.nat(40), { maxLength: 30 });

describe("output is bounded", () => {
  it("for any text, pieces and limit, what is kept and what is left out make the whole", async () => {
    await fc.assert(
      fc.asyncProperty(text, lengths, fc.nat(400), async (whole, pieces, maxBytes) => {
        const bytes = new TextEncoder().encode(whole);
        const { result, truncated } = await collect(cut(bytes, pieces), maxBytes);
        expect(truncated).toBe(bytes.length > maxBytes);
        if (!truncated) {
          expect(result).toBe(whole);
          return;
        }
        const [head = "", leftOut = "", tail = ""] = result.split(MARKER);
        expect(whole.startsWith(head)).toBe(true);
        expect(whole.endsWith(tail)).toBe(true);
        const kept = Buffer.byteLength(head) + Buffer.byteLength(tail);
        expect(kept + Number(leftOut)).toBe(bytes.length);
        expect(kept).toBeLessThanOrEqual(maxBytes);
        // Two cuts cost at most the rest of a character each.
        expect(kept).toBeGreaterThanOrEqual(maxBytes - 6);
      }),
      { numRuns: 2_000 },
    );
  });

  it("bytes that are not UTF-8 become U+FFFD, in whatever pieces they come", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), lengths, async (bytes, pieces) => {
        const { result } = await collect(cut(bytes, pieces), 1_000);
        expect(result).toBe(Buffer.from(bytes).toString("utf8"));
      }),
      { numRuns: 1_000 },
    );
  });

  it("a limit of 0 keeps nothing and tells how much there was", async () => {
    const { result, truncated } = await collect([Buffer.from("hello")], 0);
    expect(result).toBe("\n[... 5 bytes left out ...]\n");
    expect(truncated).toBe(true);
  });

  it("output that just fits is kept whole", async () => {
    const { result, truncated } = await collect([Buffer.from("abc"), Buffer.from("de")], 5);
    expect(result).toBe("abcde");
    expect(truncated).toBe(false);
  });

  it("no character is cut in two where bytes are left out", async () => {
    const { result } = await collect([Buffer.from("€".repeat(10))], 16);
    expect(result).toBe("€€\n[... 18 bytes left out ...]\n€€");
  });

  it("a byte order mark stays", async () => {
    const { result } = await collect([Buffer.from([0xef, 0xbb, 0xbf, 0x61])], 100);
    expect(result).toBe("\uFEFFa");
  });

  it("pieces of a byte each need little more room than their bytes", async () => {
    const collector = new OutputCollector(1024 * 1024);
    const before = process.memoryUsage();
    for (let i = 0; i < 3_000_000; i++) collector.add(Buffer.from([97]));
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(32 * 1024 * 1024);
    expect((await collector.text()).length).toBe(1024 * 1024 + "\n[... 1951424 bytes left out ...]\n".length);
  });
});
