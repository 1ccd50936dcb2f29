import { explainAlone } from "../graph/explain.ts";
import type { Explanation } from "../graph/explanation.ts";
import { taskIdsOf, type TaskGraph } from "../graph/task-graph.ts";
import { StoreError } from "../errors/store-errors.ts";
import { attempt } from "../internal/attempt.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { Task } from "../task/task.ts";
import { graphCodec } from "./codec.ts";
import { after, collect, walk } from "./flow.ts";
import type { Mode, Returns } from "./mode.ts";
import type { StoreDriver } from "./store-driver.ts";

/** A graph that holds the task, and when it ran last. */
interface Candidate {
  readonly graph: JsonObject;
  readonly ranAt: number;
}

/** See `Store.explain`: the graph that ran last tells. */
export function explainStored<M extends Mode>(driver: StoreDriver<M>, id: string): Returns<Explanation | undefined>[M] {
  const found = walk<M, JsonObject, Candidate | undefined>(driver.scan("graph", { task: id }), (graph) =>
    // A driver may not know that field of the filter.
    taskIdsOf(graph).includes(id) ? candidate(driver, graph) : undefined,
  );
  return after<M, (Candidate | undefined)[], Explanation | undefined>(collect(found), (candidates) => {
    let newest: Candidate | undefined;
    for (const one of candidates) if (one && one.ranAt >= (newest?.ranAt ?? 0)) newest = one;
    if (!newest) return explainDocument(driver, id);
    const read = attempt((graph: JsonObject) => graphCodec.decode(graph, driver), newest.graph, whereReadable);
    return after<M, TaskGraph | undefined, Explanation | undefined>(
      read as Returns<TaskGraph | undefined>[M],
      (graph) => {
        const task = graph?.tasks.find((member) => member.id === id);
        return graph && task ? graph.explain(task) : explainDocument(driver, id);
      },
    );
  });
}

function candidate<M extends Mode>(driver: StoreDriver<M>, graph: JsonObject): Candidate | Returns<Candidate>[M] {
  const runs = collect<M, JsonObject>(driver.scan("run", { type: graph["id"] as string, order: "desc", limit: 1 }));
  return after<M, JsonObject[], Candidate>(runs, ([run]) => ({ graph, ranAt: Number(run?.["createdAt"] ?? 0) }));
}

/** Another task of the graph may have been deleted. */
function whereReadable(error: unknown): undefined {
  if (!(error instanceof StoreError) || error.code !== "missing_task") throw error;
}

function explainDocument<M extends Mode>(driver: StoreDriver<M>, id: string): Returns<Explanation | undefined>[M] {
  return after<M, readonly JsonObject[], Explanation | undefined>(driver.read("task", [id]), ([document]) =>
    document === undefined ? undefined : explainAlone(Task.fromJSON(document)),
  );
}
