import type { Comparison, Contender, Metric, Suite } from "../comparison.ts";

const metrics: readonly Metric[] = [
  { key: "ns", label: "ns per task", better: "less", digits: 0 },
  { key: "cold", label: "cold", better: "less", digits: 0 },
];

function graph(name: string, program: string, shape: string, ...args: readonly string[]): Contender {
  return { name, program: `dag/${program}`, args: [shape, "16", ...args] };
}

const layered: Comparison = {
  id: "layered",
  title: "Graph, 100 × 100 tasks, three dependencies each, concurrency 16, no store, handlers that do nothing",
  metrics,
  contenders: [
    graph("floor", "floor", "layered:100x100"),
    graph("ttasks", "ttasks", "layered:100x100"),
    graph("p-queue", "p-queue", "layered:100x100"),
    graph("p-graph", "p-graph", "layered:100x100", "3"),
    graph("effect", "effect", "layered:100x100", "3"),
  ],
  goals: [
    { row: "ttasks", metric: "ns", over: "floor", atMost: 10, stretch: 6 },
    { row: "p-queue", metric: "ns", over: "ttasks", atLeast: 1, stretch: 1.5 },
    { row: "p-graph", metric: "ns", over: "ttasks", atLeast: 2.5 },
    { row: "effect", metric: "ns", over: "ttasks", atLeast: 4 },
  ],
  note:
    "Building the graph and its tasks is in the time, for all. The floor is typed arrays and one await a task. p-queue knows no " +
    "dependencies: it has indegrees made by hand. effect has a Deferred a task and a semaphore. Only ttasks has tasks with an id, a state, " +
    "times and a result that outlive the run. cold: the first run, the loading of the library included.",
};

/** So small a graph is done five times before V8 has compiled what runs it: each gets as many runs as make it warm. */
const AUTO = ["layered:10x100", "20"] as const;

const auto: Comparison = {
  id: "auto",
  title: "The same with 10 × 100 tasks, for async.auto",
  metrics,
  contenders: [
    graph("floor", "floor", ...AUTO),
    graph("ttasks", "ttasks", ...AUTO),
    graph("async.auto", "async-auto", ...AUTO),
  ],
  goals: [{ row: "async.auto", metric: "ns", over: "ttasks", atLeast: 8 }],
  note:
    "async.auto takes more time a task the more tasks there are, so it is measured at 1,000 only. The best of 20 runs in a process, for " +
    "all three.",
};

const shapes: Comparison = {
  id: "shapes",
  title: "Graphs of other shapes, concurrency 16",
  metrics,
  contenders: [
    graph("floor, chain of 10,000", "floor", "chain:10000"),
    { ...graph("ttasks, chain of 10,000", "ttasks", "chain:10000"), against: "floor, chain of 10,000" },
    graph("floor, 1 → 10,000 → 1", "floor", "fan:10000"),
    { ...graph("ttasks, 1 → 10,000 → 1", "ttasks", "fan:10000"), against: "floor, 1 → 10,000 → 1" },
  ],
  note: "A row is compared with the floor of its own shape.",
};

const events: Comparison = {
  id: "events",
  title: "Events: the graph of 100 × 100 with somebody who listens",
  metrics,
  contenders: [
    graph("no subscriber", "ttasks", "layered:100x100"),
    graph("one subscriber", "ttasks", "layered:100x100", "5", "subscriber"),
    graph("one that has left", "ttasks", "layered:100x100", "5", "unsubscribed"),
  ],
  goals: [{ row: "one subscriber", metric: "ns", over: "no subscriber", atMost: 1.15 }],
  note: "The subscriber counts the events. Who listened once and has left must cost nothing: that row differs from 1 by the noise.",
};

export const dag: Suite = { name: "dag", comparisons: [layered, auto, shapes, events] };
