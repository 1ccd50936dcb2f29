import type { Contender, Metric } from "../comparison.ts";

/** Something of ttasks that must not become slower than it was. */
export interface CheckRow {
  readonly title: string;
  readonly contender: Omit<Contender, "name">;
  readonly metric: Metric;
  /** How much slower it may be, in percent. */
  readonly maxSlower: number;
}

const PERCENT = 10;
/** What waits for the disk moves more. */
const LEDGER_PERCENT = 20;

const ns: Metric = { key: "ns", label: "ns per task", better: "less", digits: 0 };
const perSecond: Metric = { key: "perSecond", label: "tasks/s", better: "more", digits: 0 };
const ms: Metric = { key: "ms", label: "ms per task", better: "less" };

export const checkRows: readonly CheckRow[] = [
  {
    title: "graph of 100 × 100 tasks, no store, concurrency 16",
    contender: { program: "dag/ttasks", args: ["layered:100x100", "16"] },
    metric: ns,
    maxSlower: PERCENT,
  },
  {
    title: "creation of 100,000 tasks",
    contender: { program: "dag/create-tasks" },
    metric: ns,
    maxSlower: PERCENT,
  },
  ...(["full", "normal"] as const).map((synchronous) => ({
    title: `ledger in SQLite, ${synchronous.toUpperCase()}, 16 in flight`,
    contender: { program: "ledger/ttasks", args: [synchronous, "immediate", "16", "4000", "3", "graph"] },
    metric: perSecond,
    maxSlower: LEDGER_PERCENT,
  })),
  {
    title: "graph of 20,000 tasks in SQLite, saved again",
    contender: { program: "ledger/save-again" },
    metric: ns,
    maxSlower: LEDGER_PERCENT,
  },
  {
    title: "shell tasks, echo hello, 16 in flight",
    contender: { program: "shell/ttasks", args: ["16", "100"] },
    metric: ms,
    maxSlower: PERCENT,
  },
];

/** The names of the two states of the repository. */
export const BEFORE = "before";
export const NOW = "now";

/** The two contenders of a row: the packages in one folder, and those in another. */
export function checkContenders(
  row: CheckRow,
  roots: Readonly<Record<typeof BEFORE | typeof NOW, string>>,
): Contender[] {
  return ([BEFORE, NOW] as const).map((name) => ({ ...row.contender, name, env: { TTASKS_ROOT: roots[name] } }));
}
