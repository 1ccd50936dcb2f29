import { check, type Check } from "../internal/check-option.ts";
import type { JsonObject } from "../internal/json-value.ts";
import { graphInternals, TaskGraph, taskIdsOf } from "../graph/task-graph.ts";
import { checkTask, Task, taskInternals, tasksById } from "../task/task.ts";
import type { StoredState } from "../task/stored-state.ts";
import { after } from "./flow.ts";
import type { Mode, Returns } from "./mode.ts";
import { graphFilter, taskFilter } from "./query.ts";
import type { GraphQuery, TaskQuery } from "./store.ts";
import type { Filter, Kind, PutChange, StoreDriver } from "./store-driver.ts";

/** A put, and how to take back what the object was told of it if it is not done. */
export interface Capture {
  readonly change: PutChange;
  readonly undo: () => void;
  /** Takes it back when it is not known whether the put was done. */
  readonly doubt: () => void;
}

/** How objects of one kind become documents and come back. */
export interface Codec<T, Q, M extends Mode> {
  readonly kind: Kind;
  /** @throws {TypeError} when the value is not of this kind */
  check(value: unknown): void;
  /** What the object knows of its stored form. */
  state(value: T): StoredState;
  /** The puts that store the object as it is now over the revision `known` (0: nothing is stored); its own is the last one. */
  capture(value: T, known: number): readonly Capture[];
  decode(document: JsonObject): T | Returns<T>[M];
  filter(query: Q | undefined): Filter;
}

/** Tasks as documents. */
export function taskCodec<M extends Mode>(): Codec<Task, TaskQuery, M> {
  return {
    kind: "task",
    check: (value) => void checkTask("task", value),
    state: (task) => taskInternals.stored(task),
    capture: (task, known) => [captureTask(task, known)],
    decode: (document) => Task.fromJSON(document),
    filter: taskFilter,
  };
}

/** Graphs as documents; reading one reads its tasks as well. */
export function graphCodec<M extends Mode>(driver: () => StoreDriver<M>): Codec<TaskGraph, GraphQuery, M> {
  return {
    kind: "graph",
    check: (value) => void checkGraph("graph", value),
    state: (graph) => graphInternals.stored(graph),
    capture: (graph, known) => [
      ...graph.tasks.map((task) => capture("task", task, taskInternals.stored(task))),
      capture("graph", graph, graphInternals.stored(graph), known),
    ],
    decode: (document) =>
      after<M, readonly JsonObject[], TaskGraph>(driver().read("task", taskIdsOf(document)), (documents) =>
        TaskGraph.fromJSON(
          document,
          tasksById(
            "task",
            documents.map((task) => Task.fromJSON(task)),
          ),
        ),
      ),
    filter: graphFilter,
  };
}

/** Throws a `TypeError` for anything but a graph. */
export const checkGraph: Check<TaskGraph> = check("a TaskGraph", (value) => value instanceof TaskGraph);

/** A put of the task over the revision `known`. */
export function captureTask(task: Task, known: number): Capture {
  return capture("task", task, taskInternals.stored(task), known);
}

/** Without a known revision, the put is skipped where the stored state is as new, or newer. */
function capture(kind: Kind, value: Task | TaskGraph, state: StoredState, known?: number): Capture {
  const { revision: before, isChanged } = state;
  const doubted = state.doubted?.filter((document) => revisionOf(document) > before) ?? [];
  const base = Math.max(before, known ?? 0, ...doubted.map(revisionOf));
  const revision = base + Number(isChanged || known !== undefined);
  // Noted before the write, so that a change during the write is not taken for stored.
  state.revision = revision;
  state.isChanged = false;
  // Nothing stored is `null`, no condition is `undefined`.
  const ifRevision = known === 0 ? null : known;
  const document = value.toJSON();
  const undo = (): void => {
    state.revision = before;
    state.isChanged ||= isChanged;
  };
  const doubt = (): void => {
    undo();
    state.doubted = [...doubted, document];
  };
  return { change: { op: "put", kind, id: value.id, document, revision, ifRevision }, undo, doubt };
}

/** The revision that a document says it is stored as. */
export function revisionOf(document: JsonObject | undefined): number {
  return (document?.["revision"] as number | undefined) ?? 0;
}

/** Whether what is stored is the object's own: a write that was told as failed, but was done. */
export function isOwnDocument({ doubted = [] }: StoredState, stored: JsonObject | undefined): boolean {
  return doubted.some((document) => JSON.stringify(document) === JSON.stringify(stored));
}
