import type { StoreDriver } from "@ttasks/core";
import { FAULTS, noFaults, type Fault, type FaultCounts } from "./faults.ts";
import { runSeed } from "./run-seed.ts";

/** What {@link simulate} takes. */
export interface SimulationOptions {
  /** Opens a driver on an empty backend; called for each seed. */
  createDriver(): StoreDriver | Promise<StoreDriver>;
  /**
   * Called with the driver at the end of each seed.
   *
   * @default absent: there is nothing to close
   */
  closeDriver?(driver: StoreDriver): void | Promise<void>;
  /** How many seeds are played. */
  readonly seeds: number;
  /**
   * The first seed.
   *
   * @default 1
   */
  readonly from?: number | undefined;
  /**
   * How many steps of each seed go wrong where they can; after them, all that was begun comes to its end.
   *
   * @default 120
   */
  readonly steps?: number | undefined;
  /**
   * Is told what happens, line by line: to look at a seed that fails.
   *
   * @default absent
   */
  readonly onEvent?: ((line: string) => void) | undefined;
}

/** What is wrong in a seed. */
export interface SimulationFailure {
  readonly seed: number;
  /** The step of the seed at which it was found. */
  readonly step: number;
  readonly problem: string;
  /** The last things that have happened, oldest first. */
  readonly events: readonly string[];
}

/** What {@link simulate} gives. */
export interface SimulationReport {
  /** How many seeds were played: all, unless one of them failed. */
  readonly seeds: number;
  /** How many steps they took. */
  readonly steps: number;
  /** How often each fault was made. */
  readonly faults: Readonly<FaultCounts>;
  /** Stands for all that has happened: it is the same whenever the same seeds are played. */
  readonly hash: string;
  /** The first seed that failed; `undefined` where none did. */
  readonly failure: SimulationFailure | undefined;
}

const DEFAULT_STEPS = 120;

/**
 * Plays what may happen to several processes that share a ledger: saves that fail, are slow or are done though they failed, handlers that
 * throw, hang or end twice, crashes, processes that come back after they were given up, clocks that jump. Time is virtual, and all that
 * happens is drawn from the number of the seed: one that fails does so again. After each step is checked what must hold at every moment:
 * the ending of an attempt never changes, no attempt has two executors, nothing that is done runs again, what a subscriber was told is
 * stored. The first seed that fails is the last one that is played.
 *
 * @throws {TypeError} when a number is not as expected
 * @example
 * ```ts
 * import { MapDriver, simulate } from "@ttasks/testkit";
 *
 * const report = await simulate({ createDriver: () => new MapDriver(), seeds: 20 });
 * console.log(report.failure); // undefined
 * ```
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { seeds, from = 1, steps = DEFAULT_STEPS } = options;
  for (const [name, value] of Object.entries({ seeds, from, steps }))
    if (!Number.isInteger(value) || value < 1)
      throw new TypeError(
        `Expected \`${name}\` to be a whole number from 1, got \`${String(value)}\` (${typeof value})`,
      );
  const faults = noFaults();
  let [played, taken, hash] = [0, 0, ""];
  for (let seed = from; seed < from + seeds; seed++) {
    const driver = await options.createDriver();
    const outcome = await runSeed(seed, steps, driver, options.onEvent);
    await options.closeDriver?.(driver);
    played++;
    taken += outcome.steps;
    hash = joined(hash, outcome.hash);
    for (const fault of FAULTS) faults[fault] += outcome.faults[fault];
    const { problem, events } = outcome;
    if (problem !== undefined)
      return { seeds: played, steps: taken, faults, hash, failure: { seed, step: outcome.steps, problem, events } };
  }
  return { seeds: played, steps: taken, faults, hash, failure: undefined };
}

function joined(hash: string, next: string): string {
  return ((Math.imul(parseInt(hash || "0", 16), 31) + parseInt(next, 16)) >>> 0).toString(16);
}

/** What a report says, as text: how much was played, a table of what was done to it, and what is wrong. */
export function describeReport({ seeds, steps, faults, failure }: SimulationReport): string {
  const width = Math.max(...FAULTS.map((fault) => fault.length));
  const rows = FAULTS.map((fault: Fault) => `  ${fault.padEnd(width)}  ${String(faults[fault]).padStart(9)}`);
  const average = seeds > 0 ? Math.round(steps / seeds) : 0;
  const lines = [`${seeds} seeds, ${steps} steps (${average} a seed)`, ...rows];
  if (failure) lines.push(describeFailure(failure));
  return lines.join("\n");
}

/** What is wrong in a seed, as text: how to play it again, and the last things that have happened. */
export function describeFailure({ seed, step, problem, events }: SimulationFailure): string {
  const again = `simulate({ …, from: ${seed}, seeds: 1 }) plays it again`;
  return [`Seed ${seed} fails at step ${step}: ${problem}`, ...events.map((line) => `  ${line}`), again].join("\n");
}
