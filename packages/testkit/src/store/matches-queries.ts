import { TaskGraph, type Store, type Task, type TaskQuery } from "@ttasks/core";
import { sampleTask } from "../fixtures/sample-tasks.ts";

const EPOCH = Date.UTC(2_026, 0, 1);
const STATUSES = ["pending", "running", "done", "failed", "cancelled"] as const;
const TYPES = ["build", "Test", "sample"];
const WORDS = ["Alpha", "alphabet", "beta", "ÄÖÜ", "äöü", "100 % _"];
const GRAPHS = ["graph 1", "graph 2", "no such graph"];

/** Draws from a list of numbers, round and round. */
class Numbers {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers.length === 0 ? [0] : numbers;
  }

  below(limit: number): number {
    // The place goes in as well, so that a short list does not repeat itself.
    const place = this.#next++;
    return (this.#numbers[place % this.#numbers.length]! + Math.floor(place / this.#numbers.length)) % limit;
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}

/**
 * Saves some tasks and graphs, asks a store queries of every kind, and compares each answer with what a filter over all of its tasks gives.
 * Made for property-based testing: the numbers decide about tasks and queries.
 *
 * @param store - an empty store, of either mode
 * @throws {Error} that tells the query whose answer differs
 * @example
 * ```ts
 * import { InMemoryStore } from "@ttasks/core";
 * import { storeMatchesQueries } from "@ttasks/testkit";
 * import fc from "fast-check";
 *
 * await fc.assert(fc.asyncProperty(fc.array(fc.nat()), (numbers) => storeMatchesQueries(new InMemoryStore(), numbers)));
 * ```
 */
export async function storeMatchesQueries(store: Store, numbers: readonly number[]): Promise<void> {
  const draw = new Numbers(numbers);
  const graphs = await fill(store, draw);
  const all: Task[] = [];
  for await (const task of store.tasks.values()) all.push(task);
  for (let count = 0; count < 12; count++) {
    const query = queryFrom(draw);
    const matching = all.filter((task) => isAskedFor(task, query, graphs));
    const wanted = page(query.order === "desc" ? matching.reverse() : matching, query);
    compare(query, "find", (await store.tasks.find(query)).map(idOf), wanted.map(idOf));
    compare(query, "count", await store.tasks.count(query), wanted.length);
  }
}

async function fill(store: Store, draw: Numbers): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const tasks = Array.from({ length: draw.below(20) }, (_, index) => taskFrom(draw, index));
  const graphs = GRAPHS.slice(0, 2).map((id) => new TaskGraph({ id, title: draw.oneOf(WORDS) }));
  for (const task of tasks) {
    const graph = draw.oneOf([...graphs, undefined]);
    if (graph) graph.add(task);
    else await store.tasks.save(task);
  }
  for (const graph of graphs) await store.graphs.save(graph);
  return new Map(graphs.map((graph) => [graph.id, new Set(graph.tasks.map(idOf))]));
}

function taskFrom(draw: Numbers, index: number): Task {
  const task = sampleTask(`${draw.oneOf(WORDS)} ${index}`, {
    type: draw.oneOf(TYPES),
    description: draw.oneOf([undefined, ...WORDS]),
    createdAt: new Date(EPOCH + draw.below(10)),
  });
  const status = draw.oneOf(STATUSES);
  if (status === "pending") return task;
  if (status !== "cancelled") task.transitionTo("running");
  if (status !== "running") task.transitionTo(status);
  return task;
}

function queryFrom(draw: Numbers): TaskQuery {
  const maybe = <T>(value: T): T | undefined => (draw.below(3) === 0 ? value : undefined);
  return {
    status: maybe(draw.oneOf([draw.oneOf(STATUSES), [draw.oneOf(STATUSES), draw.oneOf(STATUSES)], []])),
    type: maybe(draw.oneOf(TYPES)),
    text: maybe(draw.oneOf(["ALPHA", "äÖü", "% _", "", "nothing of the kind"])),
    createdAfter: maybe(new Date(EPOCH + draw.below(10))),
    createdBefore: maybe(new Date(EPOCH + draw.below(12))),
    graph: maybe(draw.oneOf(GRAPHS)),
    order: draw.oneOf([undefined, "asc", "desc"]),
    offset: maybe(draw.below(5)),
    limit: maybe(draw.below(8)),
  };
}

function isAskedFor(task: Task, query: TaskQuery, graphs: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const { status, type, text, createdAfter, createdBefore, graph } = query;
  const texts = [task.title, task.description ?? ""].map((one) => one.toLowerCase());
  return [
    status === undefined || [status].flat().includes(task.status),
    type === undefined || task.type === type,
    text === undefined || texts.some((one) => one.includes(text.toLowerCase())),
    createdAfter === undefined || task.createdAt > createdAfter,
    createdBefore === undefined || task.createdAt < createdBefore,
    graph === undefined || graphs.get(graph)?.has(task.id) === true,
  ].every(Boolean);
}

function page<T>(values: readonly T[], { offset = 0, limit = Infinity }: TaskQuery): readonly T[] {
  return values.slice(offset, offset + limit);
}

function idOf({ id }: Task): string {
  return id;
}

function compare(query: TaskQuery, call: string, actual: unknown, wanted: unknown): void {
  const [found, expected] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (found !== expected)
    throw new Error(
      `tasks.${call}(${JSON.stringify(query)}):\n  the store answers ${found}\n  a filter over values() gives ${expected}`,
    );
}
