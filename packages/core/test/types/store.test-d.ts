import { expectTypeOf } from "vitest";
import {
  type InMemoryStore,
  type AsyncDocumentStore,
  type Collection,
  type DocumentStore,
  type ExecutorOptions,
  type MapCollection,
  type Store,
  type Task,
  type TaskGraph,
  type TaskQuery,
} from "@ttasks/core";

// A store of either mode is a Store.
expectTypeOf<InMemoryStore>().toExtend<Store>();
expectTypeOf<InMemoryStore>().toExtend<Store<"sync">>();
expectTypeOf<DocumentStore>().toExtend<Store<"sync">>();
expectTypeOf<AsyncDocumentStore>().toExtend<Store<"async">>();
expectTypeOf<AsyncDocumentStore>().toExtend<Store>();
expectTypeOf<Store<"sync">>().toExtend<Store>();
expectTypeOf<Store<"async">>().toExtend<Store>();
expectTypeOf<Store<"async">>().not.toExtend<Store<"sync">>();
expectTypeOf<MapCollection<Task, TaskQuery>>().toExtend<Collection<Task, TaskQuery>>();
expectTypeOf<InMemoryStore>().toExtend<NonNullable<ExecutorOptions["store"]>>();

// Answers go by the mode.
declare const sync: Store<"sync">;
declare const async: Store<"async">;
declare const either: Store;
expectTypeOf(sync.tasks.get("id")).toEqualTypeOf<Task | undefined>();
expectTypeOf(async.tasks.get("id")).toEqualTypeOf<Promise<Task | undefined>>();
expectTypeOf(either.tasks.get("id")).toEqualTypeOf<Task | undefined | Promise<Task | undefined>>();
expectTypeOf(sync.tasks.size).toEqualTypeOf<number>();
// @ts-expect-error an asynchronous store has no size
expectTypeOf(async.tasks.size);

// A synchronous collection is used like a Map.
expectTypeOf(new Map(sync.tasks)).toEqualTypeOf<Map<string, Task>>();

/** `for await` walks over both. */
export async function titles(store: Store): Promise<string[]> {
  const found: string[] = [];
  for await (const task of store.tasks.values()) found.push(task.title);
  return found;
}

// A graph is no task.
expectTypeOf<TaskGraph>().not.toExtend<Task>();
// @ts-expect-error not a state
sync.tasks.find({ status: "finished" });
