import { InMemoryStore, Task, TaskExecutor, type LogEntry, type OutputStream } from "@ttasks/core";
import { VirtualClock } from "@ttasks/testkit";
import fc from "fast-check";
import { expect, it } from "vitest";

const RUNS = 2_000;

/** A chunk, and for how long the task then waits. */
interface Printed {
  readonly chunk: string | Uint8Array;
  readonly stream: OutputStream;
  readonly waitMs: number;
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 200 }),
  fc.constantFrom("é🚀\n", "\0\u001b[31m"),
  fc.nat({ max: 4_000 }).map((count) => "0123456789".repeat(count)),
);
const stream = fc.constantFrom<OutputStream>("stdout", "stderr");
const waitMs = fc.constantFrom(0, 0, 0, 10, 60);
const asText = fc.record({ chunk: text, stream, waitMs }).map((one): Printed[] => [one]);
/** Bytes that are cut anywhere, with something of the other stream between. */
const asBytes = fc
  .record({ text, between: text, at: fc.nat({ max: 50 }), stream, waitMs })
  .map(({ text: whole, between, at, stream: one, waitMs: wait }): Printed[] => {
    const bytes = new TextEncoder().encode(whole);
    const other = one === "stdout" ? "stderr" : "stdout";
    return [
      { chunk: bytes.subarray(0, at), stream: one, waitMs: wait },
      { chunk: between, stream: other, waitMs: 0 },
      { chunk: bytes.subarray(at), stream: one, waitMs: wait },
    ];
  });
const printed = fc.array(fc.oneof(asText, asBytes), { maxLength: 20 }).map((lists) => lists.flat());
const halves = fc.constantFrom("\ud83d", "\ude00", "a\ud800b", "\ufffd\udfff");

async function logOf(chunks: readonly Printed[], maxLogBytes: number): Promise<LogEntry[]> {
  const clock = new VirtualClock();
  const store = new InMemoryStore();
  const executor = TaskExecutor.empty({ store, clock, maxLogBytes }).register("any", async ({ output }) => {
    for (const { chunk, stream, waitMs } of chunks) {
      output(chunk, stream);
      if (waitMs > 0) await clock.advance(waitMs);
    }
  });
  const task = new Task({ type: "any", payload: null });
  await executor.execute(task);
  expect(clock.timerCount).toBe(0);
  return store.logs.read(task.id);
}

const sizeOf = (chunk: string | Uint8Array): number =>
  typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk.length;
const joined = (entries: readonly LogEntry[]): string => entries.map((entry) => entry.text).join("");
const textOf = (chunks: readonly Printed[], of: OutputStream): string => {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const texts = chunks
    .filter((one) => one.stream === of)
    .map(({ chunk }) => (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true })));
  return texts.join("");
};

it("whatever a task prints is kept as it was printed, each stream in its order, while there is room", async () => {
  await fc.assert(
    fc.asyncProperty(printed, async (chunks) => {
      const entries = await logOf(chunks, 10_000_000);
      expect(entries.some(({ omittedBytes }) => omittedBytes !== undefined)).toBe(false);
      for (const of of ["stdout", "stderr"] as const)
        expect(joined(entries.filter((one) => one.stream === of))).toBe(textOf(chunks, of));
      const times = entries.map(({ time }) => time.getTime());
      expect(times).toEqual([...times].sort((one, other) => one - other));
    }),
    { numRuns: RUNS },
  );
}, 120_000);

it("half a surrogate pair in a text is kept, and both halves together are the pair", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(halves, text)), async (texts) => {
      const chunks = texts.map((chunk): Printed => ({ chunk, stream: "stdout", waitMs: 0 }));
      expect(joined(await logOf(chunks, 10_000_000))).toBe(texts.join(""));
    }),
    { numRuns: RUNS },
  );
}, 120_000);

it("of whatever a task prints, and with any limit, the beginning and the end are kept, and the counts add up", async () => {
  await fc.assert(
    fc.asyncProperty(printed, fc.nat({ max: 30_000 }), async (chunks, maxLogBytes) => {
      const entries = await logOf(chunks, maxLogBytes);
      const whole = joined(await logOf(chunks, 10_000_000));
      const total = chunks.reduce((sum, { chunk }) => sum + sizeOf(chunk), 0);
      const gaps = entries.filter(({ omittedBytes }) => omittedBytes !== undefined);
      expect(gaps.length).toBeLessThanOrEqual(1);
      const gap = gaps[0] ? entries.indexOf(gaps[0]) : entries.length;
      const [head, tail] = [joined(entries.slice(0, gap)), joined(entries.slice(gap))];
      expect(whole.startsWith(head)).toBe(true);
      expect(whole.endsWith(tail)).toBe(true);
      const kept = Buffer.byteLength(head + tail);
      expect(kept).toBeLessThanOrEqual(maxLogBytes);
      // What is too long for any limit is left out at the end as well, where no entry is left to say so.
      if (entries.length > 0 && tail !== "") expect(kept + (gaps[0]?.omittedBytes ?? 0)).toBe(total);
      if (gaps.length === 0 && maxLogBytes > 8) expect(kept).toBe(total);
      if (gaps.length > 0) {
        const room = Math.floor(maxLogBytes / 2) - Math.floor(maxLogBytes / 32);
        // An entry that is long is kept in several parts, up to eight of all, and each beyond the first 16 counts 64 bytes.
        const weightOf = (part: string, count: number): number =>
          Buffer.byteLength(part) + 64 * Math.max(0, count + 9 - 16);
        expect(weightOf(head, gap)).toBeGreaterThanOrEqual(room - 70);
        expect(weightOf(tail, entries.length - gap)).toBeGreaterThanOrEqual(room - (room >> 3) - 75);
      }
    }),
    { numRuns: RUNS },
  );
}, 120_000);
