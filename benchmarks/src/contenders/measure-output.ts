import { peakRss } from "./peak-rss.ts";
import { printSample } from "./print-sample.ts";

const [mode = "print"] = process.argv.slice(2);
const BYTES = mode === "fail" ? 20_000_000 : 500_000_000;
const TICK_MS = 1;
/** Before the clock starts: what a library loads at its first process, it loads once. */
const WARM_UP = "head -c 6000000 /dev/zero";

/** What the child does: prints a lot, and with `fail` as the first argument of the process exits with 1 then. */
const command = mode === "fail" ? `head -c ${BYTES} /dev/zero; exit 1` : `head -c ${BYTES} /dev/zero`;

/** Times a child that prints a lot: how fast, how much memory beyond that before, and for how long the event loop stood still. */
export async function measureOutput(run: (command: string) => Promise<unknown>): Promise<void> {
  await run(WARM_UP);
  const startMb = process.memoryUsage.rss() / 2 ** 20;
  let last = performance.now();
  let gapMs = 0;
  const look = (): void => {
    const now = performance.now();
    gapMs = Math.max(gapMs, now - last);
    last = now;
  };
  const timer = setInterval(look, TICK_MS);
  const start = performance.now();
  await run(command);
  look();
  const seconds = (performance.now() - start) / 1000;
  clearInterval(timer);
  const peakMb = peakRss();
  printSample({ mibPerSecond: BYTES / 2 ** 20 / seconds, startMb, peakMb, growthMb: peakMb - startMb, gapMs });
}
