import type { Comparison, Contender, Goal, Suite } from "../comparison.ts";
import { loadedModules } from "../loaded-modules.ts";

const NODE = "node -e 0";

function imports(name: string, program: string): Contender {
  return { name, program: `startup/${program}`, isTimed: true };
}

function overNode(row: string, atMost: number): Goal {
  return { row, metric: "ms", less: NODE, atMost };
}

const processes: Comparison = {
  id: "startup",
  title: "Startup: whole processes that import something, in ms over node -e 0",
  metrics: [{ key: "ms", label: "ms", better: "less", digits: 1 }],
  compare: "difference",
  minRounds: 9,
  contenders: [
    { name: NODE, nodeArgs: ["-e", "0"], isTimed: true },
    imports("@ttasks/core", "core"),
    imports("ttasks", "ttasks"),
    imports("ttasks, new ledger", "ttasks-ledger"),
    imports("execa", "execa"),
    imports("bullmq", "bullmq"),
  ],
  goals: [overNode("@ttasks/core", 10), overNode("ttasks, new ledger", 80)],
  note:
    "The time is that of the process, from its start to its end. new ledger: @ttasks/store-sqlite as well, a SQLite ledger made in a new " +
    "file, and closed. execa and BullMQ are there as a scale.",
};

async function remarks(): Promise<readonly string[]> {
  const sees = (task: "own" | "shell"): string => {
    const modules = loadedModules(task);
    const isLoaded = modules.some((url) => url.includes("/node_modules/execa/"));
    return `${isLoaded ? "yes" : "no"} (${modules.length} modules)`;
  };
  return [
    `execa loaded by a run without shell tasks: ${sees("own")}; with one: ${sees("shell")}. Seen by a hook of the module loader.`,
  ];
}

export const startup: Suite = { name: "startup", comparisons: [processes], remarks };
