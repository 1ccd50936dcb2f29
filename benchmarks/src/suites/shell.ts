import type { Comparison, Contender, Metric, Suite } from "../comparison.ts";

const metrics: readonly Metric[] = [
  { key: "ms", label: "ms per task", better: "less" },
  { key: "cpuMs", label: "CPU ms of Node", better: "less" },
];

function echo(concurrency: number, tasks: number): Comparison {
  const contender = (name: string, program: string): Contender => ({
    name,
    program: `shell/${program}`,
    args: [String(concurrency), String(tasks)],
  });
  return {
    id: `echo-${concurrency}`,
    title: `Shell: bash -c 'echo hello', ${concurrency} in flight`,
    metrics,
    contenders: [
      contender("spawn", "spawn"),
      contender("ttasks", "ttasks"),
      contender("execa", "execa"),
      contender("execa, buffer: false", "execa-unbuffered"),
      contender("tinyexec", "tinyexec"),
    ],
    goals: [
      { row: "ttasks", metric: "ms", over: "spawn", atMost: 1.25 },
      { row: "ttasks", metric: "ms", over: "execa", atMost: 1 },
    ],
    note:
      `${tasks} tasks a process after 10 to warm up. Of the two goals of ttasks one has to be met. Only ttasks gives each task a process ` +
      "group of its own, ends its grandchildren, and bounds its output.",
  };
}

const output: Comparison = {
  id: "output",
  title: "Output: a child prints 500 MB",
  metrics: [
    { key: "mibPerSecond", label: "MiB/s", better: "more", digits: 0 },
    { key: "startMb", label: "RSS at start, MiB", better: "less", digits: 0 },
    { key: "peakMb", label: "at its peak", better: "less", digits: 0 },
    { key: "growthMb", label: "growth, MiB", better: "less", digits: 0 },
    { key: "gapMs", label: "longest gap of the loop, ms", better: "less", digits: 1 },
  ],
  contenders: [
    { name: "spawn, counted", program: "output/spawn", args: ["print"] },
    { name: "spawn, last MiB", program: "output/spawn", args: ["print", "tail"] },
    { name: "ttasks", program: "output/ttasks", args: ["print"] },
    { name: "ttasks, subscriber", program: "output/ttasks", args: ["print", "subscriber"] },
    { name: "ttasks, ledger, no log", program: "output/ttasks", args: ["print", "unlogged"] },
    { name: "ttasks, ledger", program: "output/ttasks", args: ["print", "ledger"] },
  ],
  goals: [
    { row: "ttasks", metric: "mibPerSecond", over: "spawn, counted", atLeast: 0.8 },
    { row: "ttasks", metric: "growthMb", atMost: 60 },
    { row: "ttasks, ledger", metric: "growthMb", atMost: 90 },
    { row: "ttasks, ledger", metric: "mibPerSecond", over: "ttasks, ledger, no log", atLeast: 0.84 },
  ],
  note:
    "After a child that prints 6 MB, so that nothing is loaded in the time. ttasks keeps the first and the last 2 MiB of the output as text. The bytes are NULs, of which each takes six characters in the " +
    "ledger's JSON. The ledger keeps what is printed while it is printed, up to 1 MiB, unless it is to keep no log (`maxLogBytes: 0`). The subscriber gets all of it as text, live. execa is not in it: it keeps up to 100 MB, and then aborts the process.",
};

const failing: Comparison = {
  id: "failing",
  title: "A child prints 20 MB and exits with 1: the longest time in which the event loop does nothing else",
  metrics: [
    { key: "gapMs", label: "ms", better: "less", digits: 1 },
    { key: "growthMb", label: "growth, MiB", better: "less", digits: 0 },
  ],
  contenders: [
    { name: "spawn, last MiB", program: "output/spawn", args: ["fail", "tail"] },
    { name: "ttasks", program: "output/ttasks", args: ["fail"] },
    { name: "execa", program: "output/execa", args: ["fail"] },
  ],
  goals: [{ row: "ttasks", metric: "gapMs", atMost: 50 }],
  note: "Looked at by a timer of 1 ms. execa puts all output, escaped, into the message of its error, also with `reject: false`.",
};

export const shell: Suite = { name: "shell", comparisons: [echo(1, 60), echo(16, 200), output, failing] };
