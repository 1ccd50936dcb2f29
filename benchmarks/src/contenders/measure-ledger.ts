import { printSample } from "./print-sample.ts";

/** What is measured: the arguments of the process. */
export interface LedgerWork {
  readonly synchronous: "full" | "normal";
  readonly inFlight: number;
  readonly tasks: number;
  readonly handler: () => Promise<void>;
}

/** When the tasks were stored, and when the last of them was done. */
export interface LedgerTimes {
  readonly start: number;
  readonly stored: number;
  readonly end: number;
  readonly facts?: Readonly<Record<string, string>> | undefined;
}

const HANDLERS = {
  noop: async (): Promise<void> => {},
  immediate: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)),
} as const;

const [synchronous, handler, inFlight, tasks, repeats = "3"] = process.argv.slice(2);

/** Times runs, each on a new ledger, and prints the best of them: tasks a second from when they are stored, and with storing them. */
export async function measureLedger(run: (work: LedgerWork, repeat: number) => Promise<LedgerTimes>): Promise<void> {
  const work: LedgerWork = {
    synchronous: synchronous as LedgerWork["synchronous"],
    inFlight: Number(inFlight),
    tasks: Number(tasks),
    handler: HANDLERS[handler as keyof typeof HANDLERS],
  };
  const times: LedgerTimes[] = [];
  for (let repeat = 0; repeat < Number(repeats); repeat++) times.push(await run(work, repeat));
  const perSecond = (ms: (times: LedgerTimes) => number): number => (work.tasks * 1000) / Math.min(...times.map(ms));
  printSample(
    {
      perSecond: perSecond(({ stored, end }) => end - stored),
      withStoring: perSecond(({ start, end }) => end - start),
    },
    times[0]!.facts,
  );
}
