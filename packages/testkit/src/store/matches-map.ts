import type { Store, Task, TaskQuery } from "@ttasks/core";
import { sampleTask } from "../fixtures/sample-tasks.ts";

/** How many ids the operations share: few, so that they meet. */
const ID_COUNT = 6;
const STATUSES = ["pending", "running", "done", "failed", "cancelled"] as const;

/** What is compared with: a plain map of the documents, as text. */
interface Bench {
  readonly tasks: Store["tasks"];
  readonly model: Map<string, Saved>;
  readonly live: Map<string, Task>;
}

interface Saved {
  readonly title: string;
  readonly status: string;
}

type Operation = (bench: Bench, number: number) => Promise<readonly [actual: unknown, expected: unknown]>;

/**
 * Does the same to a store's tasks and to a `Map`, and compares every answer and, at the end, everything. Made for property-based
 * testing: each number stands for one operation, so that any array of whole numbers from 0 is a sequence.
 *
 * @param store - an empty store, of either mode
 * @throws {Error} that lists the operations up to the first answer that differs
 * @example
 * ```ts
 * import { InMemoryStore } from "@ttasks/core";
 * import { storeMatchesMap } from "@ttasks/testkit";
 * import fc from "fast-check";
 *
 * await fc.assert(fc.asyncProperty(fc.array(fc.nat()), (numbers) => storeMatchesMap(new InMemoryStore(), numbers)));
 * ```
 */
export async function storeMatchesMap(store: Store, numbers: readonly number[]): Promise<void> {
  const bench: Bench = { tasks: store.tasks, model: new Map(), live: new Map() };
  const done: string[] = [];
  for (const number of numbers) {
    const [name, operation] = OPERATIONS[number % OPERATIONS.length]!;
    const argument = Math.floor(number / OPERATIONS.length);
    done.push(`${name}(${idOf(argument)})`);
    compare(await operation(bench, argument), done);
  }
  done.push("walk over everything");
  compare(await walk(bench), done);
}

const OPERATIONS: readonly (readonly [string, Operation])[] = [
  ["save", save],
  ["set", set],
  ["save changed", saveChanged],
  ["save after a move", saveMoved],
  ["get", get],
  ["has", has],
  ["delete", remove],
  ["find", find],
  ["count", count],
  ["walk", walk],
  ["clear, one time in four", clear],
];

async function save(bench: Bench, number: number): Promise<[unknown, unknown]> {
  const task = liveTask(bench, number);
  await bench.tasks.save(task);
  return note(bench, task);
}

async function set(bench: Bench, number: number): Promise<[unknown, unknown]> {
  const task = liveTask(bench, number);
  const returned: unknown = await bench.tasks.set(task.id, task);
  note(bench, task);
  return [returned === bench.tasks, true];
}

async function saveChanged(bench: Bench, number: number): Promise<[unknown, unknown]> {
  const task = liveTask(bench, number);
  if (!task.isDone) task.title = `title ${number}`;
  await bench.tasks.save(task);
  return note(bench, task);
}

async function saveMoved(bench: Bench, number: number): Promise<[unknown, unknown]> {
  const task = liveTask(bench, number);
  if (task.isPending) task.transitionTo(number % 2 === 0 ? "running" : "cancelled");
  else if (task.isRunning) task.transitionTo(number % 2 === 0 ? "done" : "failed");
  // A new task of the same id takes the place of one that has ended.
  else bench.live.delete(task.id);
  return save(bench, number);
}

async function get({ tasks, model }: Bench, number: number): Promise<[unknown, unknown]> {
  return [seen(await tasks.get(idOf(number))), model.get(idOf(number))];
}

async function has({ tasks, model }: Bench, number: number): Promise<[unknown, unknown]> {
  return [await tasks.has(idOf(number)), model.has(idOf(number))];
}

async function remove({ tasks, model, live }: Bench, number: number): Promise<[unknown, unknown]> {
  const id = idOf(number);
  return [await tasks.delete(number % 2 === 0 ? id : (live.get(id) ?? id)), model.delete(id)];
}

async function find({ tasks, model }: Bench, number: number): Promise<[unknown, unknown]> {
  const query = queryOf(number);
  return [(await tasks.find(query)).map((task) => [task.id, seen(task)]), matching(model, query)];
}

async function count({ tasks, model }: Bench, number: number): Promise<[unknown, unknown]> {
  const query = queryOf(number);
  return [await tasks.count(query), matching(model, query).length];
}

async function walk({ tasks, model }: Bench): Promise<[unknown, unknown]> {
  const found: [string, unknown][] = [];
  for await (const [id, task] of tasks.entries()) found.push([id, seen(task)]);
  const keys: string[] = [];
  for await (const id of tasks.keys()) keys.push(id);
  return [
    [found, keys],
    [[...model], [...model.keys()]],
  ];
}

async function clear({ tasks, model }: Bench, number: number): Promise<[unknown, unknown]> {
  if (number % 4 === 0) {
    await tasks.clear();
    model.clear();
  }
  return [await tasks.count(), model.size];
}

function liveTask({ live }: Bench, number: number): Task {
  const id = idOf(number);
  const task = live.get(id) ?? sampleTask(`new ${id}`, { id, type: number % 3 === 0 ? "other" : "sample" });
  live.set(id, task);
  return task;
}

function note({ model }: Bench, task: Task): [unknown, unknown] {
  model.set(task.id, seen(task)!);
  return [undefined, undefined];
}

function seen(task: Task | undefined): Saved | undefined {
  return task && { title: task.title, status: task.status };
}

function idOf(number: number): string {
  return `id ${number % ID_COUNT}`;
}

function queryOf(number: number): TaskQuery {
  const status = STATUSES[number % STATUSES.length]!;
  const queries: readonly TaskQuery[] = [
    {},
    { status },
    { status: ["pending", status] },
    { limit: number % 4 },
    { status, limit: 1 },
  ];
  return queries[Math.floor(number / 8) % queries.length]!;
}

function matching(model: ReadonlyMap<string, Saved>, { status, limit = Infinity }: TaskQuery): [string, Saved][] {
  const matches = [...model].filter(
    ([, saved]) => status === undefined || [status].flat().includes(saved.status as (typeof STATUSES)[number]),
  );
  return matches.slice(0, limit);
}

function compare([actual, expected]: readonly [unknown, unknown], done: readonly string[]): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted)
    throw new Error(`After ${done.join(", ")}:\n  the store answers ${found}\n  a Map would answer ${wanted}`);
}
