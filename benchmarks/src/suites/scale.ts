import type { Comparison, Contender, Suite } from "../comparison.ts";

const SIZES = [
  ["10k", "layered:100x100", "5"],
  ["100k", "layered:100x1000", "3"],
  ["1M", "layered:1000x1000", "2"],
] as const;

function large(program: string): Contender[] {
  return SIZES.map(([size, shape, repeats]) => ({
    name: `${program} ${size}`,
    program: `dag/${program}`,
    args: [shape, "16", repeats],
    nodeArgs: ["--max-old-space-size=4096"],
    against: `floor ${size}`,
  }));
}

const growth: Comparison = {
  id: "growth",
  title: "Growth: layered graphs of 10,000 to 1,000,000 tasks, concurrency 16, no store",
  metrics: [
    { key: "ns", label: "ns per task", better: "less", digits: 0 },
    { key: "peakMb", label: "peak RSS, MiB", better: "less", digits: 0 },
  ],
  contenders: [...large("floor"), ...large("ttasks")],
  goals: [{ row: "ttasks 1M", metric: "ns", over: "ttasks 10k", atMost: 1.5, stretch: 1.3 }],
  note:
    "The best of 5 runs in a process at 10k, of 3 at 100k, of 2 at 1M. The peak is that of the first run in the process, the shape of the " +
    "graph included.",
};

const memory: Comparison = {
  id: "memory",
  title: "Live heap a task, in a graph of 1,000,000 of which half are done",
  metrics: [
    { key: "bytes", label: "bytes per task", better: "less", digits: 0 },
    { key: "peakMb", label: "peak RSS, MiB", better: "less", digits: 0 },
  ],
  contenders: ["floor", "ttasks"].map((program) => ({
    name: program,
    program: `dag/${program}`,
    args: ["layered:1000x1000", "16"],
    nodeArgs: ["--max-old-space-size=4096", "--expose-gc"],
  })),
  goals: [{ row: "ttasks", metric: "bytes", atMost: 900, stretch: 600 }],
  note: "After a collection of garbage, without the shape of the graph; typed arrays count, and so do the Task objects.",
  maxRounds: 1,
};

export const scale: Suite = { name: "scale", comparisons: [growth, memory] };
