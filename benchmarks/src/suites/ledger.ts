import type { Comparison, Contender, Goal, Metric, Suite } from "../comparison.ts";
import { countFsyncs } from "../count-fsyncs.ts";
import { filesystemType } from "../filesystem-type.ts";
import { runContender } from "../run-contender.ts";

type Synchronous = "full" | "normal";
type HandlerName = "noop" | "immediate";

const metrics: readonly Metric[] = [
  { key: "perSecond", label: "tasks/s", better: "more", digits: 0 },
  { key: "withStoring", label: "with storing", better: "more", digits: 0 },
];

/** About a second of work each. */
const TASKS: Readonly<Record<Synchronous, Readonly<Record<number, number>>>> = {
  full: { 1: 2000, 16: 6000, 100: 12_000 },
  normal: { 1: 6000, 16: 10_000, 100: 12_000 },
};

interface LedgerOptions {
  readonly program: string;
  readonly synchronous: Synchronous;
  readonly handler: HandlerName;
  readonly inFlight: number;
  readonly tasks?: number | undefined;
  readonly more?: readonly string[] | undefined;
}

function ledgerContender(name: string, options: LedgerOptions): Contender {
  const { program, synchronous, handler, inFlight, tasks = TASKS[synchronous][inFlight], more = [] } = options;
  return { name, program: `ledger/${program}`, args: [synchronous, handler, String(inFlight), String(tasks), ...more] };
}

function againstFloor(synchronous: Synchronous, goals: readonly Goal[]): Comparison {
  const floor = (handler: HandlerName): LedgerOptions => ({ program: "floor", synchronous, handler, inFlight: 1 });
  const probe = (inFlight: number): Contender =>
    ledgerContender(`probe, ${inFlight}`, {
      ...floor("immediate"),
      inFlight,
      more: ["3", "group"],
    });
  const ttasks = (inFlight: number): Contender =>
    ledgerContender(`ttasks, ${inFlight}`, { program: "ttasks", synchronous, handler: "immediate", inFlight });
  const graph = ledgerContender("ttasks, 16, graph.run", {
    ...{ program: "ttasks", synchronous, handler: "immediate", inFlight: 16, more: ["3", "graph"] },
  });
  const noop = ledgerContender("ttasks, 1, no-op", { program: "ttasks", synchronous, handler: "noop", inFlight: 1 });
  return {
    id: `ledger-${synchronous}`,
    title: `Ledger in SQLite, synchronous ${synchronous.toUpperCase()}: tasks that are independent, by how many are in flight`,
    metrics,
    contenders: [
      ledgerContender("floor, single commits", floor("immediate")),
      ledgerContender("floor, no-op", floor("noop")),
      { name: "device, fdatasync/s", program: "ledger/device" },
      { ...noop, against: "floor, no-op" },
      ...[1, 16, 100].flatMap((inFlight) => [probe(inFlight), ttasks(inFlight)]),
      graph,
    ],
    goals: [
      ...goals,
      ...[1, 16, 100].map((inFlight) => ({
        row: `ttasks, ${inFlight}`,
        metric: "perSecond",
        over: `probe, ${inFlight}`,
        atLeast: 0.6,
      })),
    ],
    note:
      "The handlers wait for a turn of the event loop (setImmediate), those of the no-op rows do nothing. The floor is two bare UPDATEs a " +
      "task in prepared statements, each its own commit; the probe commits the writes of a turn together. ttasks is `executor.execute`, with " +
      "as many in flight. tasks/s counts from when all tasks are stored as pending in one transaction, for all; for ttasks that is " +
      "`store.graphs.save(graph)`. with storing: that first transaction as well. graph.run looks once more whether all of it is stored.",
  };
}

function goalsOf(row: string, over: string, atLeast: number): Goal {
  return { row, metric: "perSecond", over, atLeast };
}

const SINGLE = "floor, single commits";
const full = againstFloor("full", [
  goalsOf("ttasks, 1, no-op", "floor, no-op", 0.9),
  goalsOf("ttasks, 1", SINGLE, 0.9),
  goalsOf("ttasks, 16", SINGLE, 6),
  goalsOf("ttasks, 100", SINGLE, 12),
]);
const normal = againstFloor("normal", [goalsOf("ttasks, 16", SINGLE, 3), goalsOf("ttasks, 100", SINGLE, 5)]);

function againstPeers(synchronous: Synchronous, plainjob: number): Comparison {
  const peer = (program: string): Contender =>
    ledgerContender(program, {
      program,
      synchronous,
      handler: "noop",
      inFlight: 16,
      tasks: 4000,
      more: ["3", "graph"],
    });
  const same = synchronous === "full" ? "fsync before the answer" : "fsync later";
  return {
    id: `durable-${synchronous}`,
    title: `Durable peers, 16 in flight, handlers that do nothing, ${synchronous.toUpperCase()}: ${same}`,
    metrics,
    contenders: [
      peer("ttasks"),
      peer("plainjob"),
      { ...peer("bullmq"), needs: "redis" },
      { ...peer("graphile-worker"), needs: "postgres" },
    ],
    goals: [
      { row: "plainjob", metric: "perSecond", of: "ttasks", over: "plainjob", atLeast: plainjob },
      { row: "bullmq", metric: "perSecond", of: "ttasks", over: "bullmq", atLeast: 2 },
      { row: "graphile-worker", metric: "perSecond", of: "ttasks", over: "graphile-worker", atLeast: 5 },
    ],
    note:
      "Not like for like: plainjob runs one job at a time; BullMQ and graphile-worker talk to a server in another process, which many " +
      "processes may share, and which keeps the other core busy. Redis: appendfsync always or everysec; PostgreSQL: synchronous_commit on " +
      "or off. ttasks and plainjob: synchronous FULL or NORMAL. ttasks writes a graph with its tasks, the others jobs, each in bulk.",
  };
}

async function remarks(): Promise<readonly string[]> {
  const read = async (synchronous: Synchronous): Promise<string> => {
    const { facts = {} } = await runContender({
      name: "ttasks",
      program: "ledger/ttasks",
      args: [synchronous, "immediate", "16", "100", "1"],
    });
    return `${facts["synchronous"]} for ${synchronous.toUpperCase()}`;
  };
  return [
    `The ledgers lay on ${filesystemType()}.`,
    `PRAGMA synchronous, read from the store's open database: ${await read("full")}, ${await read("normal")}.`,
    countFsyncs(1, 500),
    countFsyncs(16, 1600),
    countFsyncs(100, 5000),
  ];
}

export const ledger: Suite = {
  name: "ledger",
  comparisons: [full, normal, againstPeers("full", 4), againstPeers("normal", 2)],
  remarks,
};
