import { taskIdsOf } from "../graph/task-graph.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { after, collect, walk } from "./flow.ts";
import type { Mode, Returns } from "./mode.ts";
import { planPrune, prunableStatuses, type GraphMembers, type PrunePlan } from "./prune.ts";
import type { Pruned, PruneOptions } from "./store.ts";
import type { Change, StoreDriver } from "./store-driver.ts";

/** So many documents are removed in one transaction, which others may have to wait for. */
const CHUNK = 1_000;

/** See `Store.prune`. Of the documents only ids are kept, as there may be very many. */
export function pruneDocuments<M extends Mode>(driver: StoreDriver<M>, options: PruneOptions): Returns<Pruned>[M] {
  const status = prunableStatuses(options);
  const olderThan = options.olderThan.getTime();
  const ids = walk<M, JsonObject, string | undefined>(driver.scan("task", { status }), (task) =>
    endOf(task) < olderThan ? (task["id"] as string) : undefined,
  );
  return after<M, (string | undefined)[], Pruned>(collect<M, string | undefined>(ids), (found) => {
    const old = found.filter((id) => id !== undefined);
    const graphs = walk<M, JsonObject, GraphMembers>(driver.scan("graph", {}), membersOf);
    return after<M, GraphMembers[], Pruned>(collect<M, GraphMembers>(graphs), (members) => {
      const plan = planPrune(old, members);
      return after<M, (string | undefined)[], Pruned>(runsOf(driver, plan.graphs), (runs) =>
        remove(driver, plan, runs),
      );
    });
  });
}

function endOf({ result, createdAt }: JsonObject): number {
  const { finishedAt } = Object(result) as { readonly finishedAt?: number };
  return finishedAt ?? (createdAt as number);
}

function membersOf(graph: JsonObject): GraphMembers {
  return { id: graph["id"] as string, tasks: taskIdsOf(graph) };
}

/** The runs of graphs that are to be removed. */
function runsOf<M extends Mode>(driver: StoreDriver<M>, graphs: readonly string[]): Returns<(string | undefined)[]>[M] {
  if (graphs.length === 0) return [] as (string | undefined)[] as Returns<(string | undefined)[]>[M];
  const gone = new Set<unknown>(graphs);
  const runs = walk<M, JsonObject, string | undefined>(driver.scan("run", {}), ({ id, type }) =>
    gone.has(type) ? (id as string) : undefined,
  );
  return collect<M, string | undefined>(runs);
}

/** The graphs first: a graph whose tasks are gone could not be read any more. */
function remove<M extends Mode>(
  driver: StoreDriver<M>,
  { graphs, tasks }: PrunePlan,
  runs: readonly (string | undefined)[],
): Returns<Pruned>[M] {
  const changes: Change[] = [
    ...graphs.map((id): Change => ({ op: "delete", kind: "graph", id })),
    ...runs.filter((id) => id !== undefined).map((id): Change => ({ op: "delete", kind: "run", id })),
    ...tasks.map((id): Change => ({ op: "delete", kind: "task", id })),
  ];
  const next = (start: number): Returns<Pruned>[M] => {
    const chunk = changes.slice(start, start + CHUNK);
    if (chunk.length === 0) return { tasks: tasks.length, graphs: graphs.length } as Returns<Pruned>[M];
    return after<M, readonly number[], Pruned>(driver.write(chunk), () => next(start + CHUNK));
  };
  return next(0);
}
