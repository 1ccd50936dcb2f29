import { TaskGraph, type Store, type Task } from "@ttasks/core";
import { sampleTask } from "../fixtures/sample-tasks.ts";
import { errorKind, thrownBy } from "../test-api.ts";
import type { StoreSuite } from "./store-suite.ts";

/** What both collections have in common. */
interface AnyCollection {
  get(id: string): unknown;
  has(key: string | Named): boolean | Promise<boolean>;
  set(id: string, value: Named): unknown;
  save(value: Named): void | Promise<void>;
  delete(key: string | Named): boolean | Promise<boolean>;
  count(): number | Promise<number>;
  find(): Named[] | Promise<Named[]>;
  keys(): Iterable<string> | AsyncIterable<string>;
  values(): Iterable<Named> | AsyncIterable<Named>;
  entries(): Iterable<[string, Named]> | AsyncIterable<[string, Named]>;
  forEach(visit: (value: Named, id: string) => void): void | Promise<void>;
  readonly size?: number;
  [Symbol.iterator]?(): Iterator<[string, Named]>;
  [Symbol.asyncIterator]?(): AsyncIterator<[string, Named]>;
}

type Named = Task | TaskGraph;

interface Kind {
  readonly name: "tasks" | "graphs";
  readonly make: (title: string) => Named;
  readonly of: (store: Store) => AnyCollection;
}

const KINDS: readonly Kind[] = [
  { name: "tasks", make: (title) => sampleTask(title), of: (store) => store.tasks },
  {
    name: "graphs",
    make: (title) => new TaskGraph({ title }),
    of: (store) => store.graphs,
  },
];

const OPEN_WALK = "must succeed while a walk is open: leave no cursor open between two steps of a walk";
const LEFT_WALK = "must succeed after a walk that was left early: give its cursor back in a `finally`";

/** The protocol of a `Map`, for both collections. */
export function testMapProtocol(suite: StoreSuite): void {
  for (const kind of KINDS) {
    testKeys(suite, kind);
    testOrder(suite, kind);
    testIteration(suite, kind);
    testWalks(suite, kind);
  }
}

function testKeys({ test, check }: StoreSuite, { name, make, of }: Kind): void {
  test(`${name}: an id and the object itself both serve as the key`, async (store) => {
    const collection = of(store);
    const value = make("a");
    await collection.save(value);
    check(
      [await collection.has(value.id), await collection.has(value)],
      [true, true],
      `\`${name}.has\` must take an id or the object`,
    );
    check(await collection.delete(value), true, `\`${name}.delete\` must take the object`);
    check(await collection.has(value), false, `\`${name}.delete\` of the object must remove it`);
  });

  test(`${name}: set stores an object under its own id and gives the collection back`, async (store) => {
    const collection = of(store);
    const value = make("a");
    const returned = await collection.set(value.id, value);
    check(returned === collection, true, `\`${name}.set\` must return the collection, as a Map does`);
    check(await collection.has(value.id), true, `\`${name}.set\` must store the object`);
  });

  test(`${name}: set with an id that is not the object's own throws and stores nothing`, async (store) => {
    const collection = of(store);
    const error = await thrownBy(() => collection.set("another", make("a")));
    check(
      errorKind(error),
      "store_key",
      `\`${name}.set\` must throw a StoreError \`store_key\` when the key is not the object's id`,
    );
    check(await collection.count(), 0, `\`${name}.set\` must store nothing when it throws`);
  });
}

function testOrder({ test, check }: StoreSuite, { name, make, of }: Kind): void {
  test(`${name}: the order is that of the first save, kept on update`, async (store) => {
    const collection = of(store);
    // Ids whose own order is another one.
    const values = ["c", "a", "b"].map(make);
    for (const value of values) await collection.save(value);
    await collection.save(values[0]!);
    check(
      (await collection.find()).map(({ title }) => title),
      ["c", "a", "b"],
      `\`${name}.save\` of a stored object must keep its place`,
    );
  });

  test(`${name}: an object that was deleted and saved again comes last`, async (store) => {
    const collection = of(store);
    const values = ["a", "b", "c"].map(make);
    for (const value of values) await collection.save(value);
    await collection.delete(values[0]!);
    await collection.save(values[0]!);
    check(
      (await collection.find()).map(({ title }) => title),
      ["b", "c", "a"],
      `\`${name}.save\` after a delete counts as a first save`,
    );
  });
}

function testIteration({ test, check }: StoreSuite, { name, make, of }: Kind): void {
  test(`${name}: keys, values, entries, forEach and the collection itself walk in one order`, async (store) => {
    const collection = of(store);
    const values = ["b", "c", "a"].map(make);
    for (const value of values) await collection.save(value);
    const ids = values.map(({ id }) => id);
    const visited: string[] = [];
    await collection.forEach((value, id) => visited.push(id, value.id));
    check(await collect(collection.keys()), ids, `\`${name}.keys\` must walk in the order of first save`);
    check(
      (await collect(collection.values())).map(({ id }) => id),
      ids,
      `\`${name}.values\` must walk in the order of first save`,
    );
    check(
      (await collect(collection.entries())).map(([id, value]) => [id, value.id]),
      ids.map((id) => [id, id]),
      `\`${name}.entries\` must give [id, object]`,
    );
    check(
      visited,
      ids.flatMap((id) => [id, id]),
      `\`${name}.forEach\` must call back with (object, id)`,
    );
    const itself = collection as Iterable<[string, Named]> | AsyncIterable<[string, Named]>;
    check(
      (await collect(itself)).map(([id]) => id),
      ids,
      `\`${name}\` itself must be iterable over its entries`,
    );
  });

  test(`${name}: a collection that answers at once has a size`, async (store) => {
    const collection = of(store);
    for (const title of ["a", "b"]) await collection.save(make(title));
    const isSynchronous = Symbol.iterator in collection;
    check(
      collection.size,
      isSynchronous ? 2 : undefined,
      `\`${name}.size\` must count the objects of a synchronous store, and be absent from an asynchronous one`,
    );
  });
}

function testWalks({ test, check }: StoreSuite, { name, make, of }: Kind): void {
  test(`${name}: the collection can be written to while a walk is open`, async (store) => {
    const collection = of(store);
    const values = Array.from({ length: 20 }, (_, index) => make(String(index)));
    for (const value of values) await collection.save(value);
    const seen: string[] = [];
    for await (const value of collection.values()) {
      seen.push(value.id);
      check(await thrownBy(() => collection.save(value)), undefined, `\`${name}.save\` ${OPEN_WALK}`);
      if (value.title === "5") await collection.delete(values[19]!);
      if (seen.length > 40) break;
    }
    check(
      values.slice(0, 19).every(({ id }) => seen.includes(id)),
      true,
      `\`${name}.values\` must reach every object that is there throughout, whatever is written meanwhile`,
    );
    check(
      new Set(seen).size === seen.length,
      true,
      `\`${name}.values\` must give an object once only, also when it is saved meanwhile`,
    );
    check(await collection.count(), 19, `\`${name}\` must keep what is written during a walk`);
  });

  test(`${name}: a walk may be left early`, async (store) => {
    const collection = of(store);
    for (let index = 0; index < 5; index++) await collection.save(make(String(index)));
    for await (const key of collection.keys()) if (key !== "") break;
    for await (const value of collection.values()) if (value.title !== "") break;
    check(await thrownBy(() => collection.save(make("after"))), undefined, `\`${name}.save\` ${LEFT_WALK}`);
    check(await collection.count(), 6, `\`${name}\` must be usable after a walk that was left early`);
  });
}

async function collect<T>(values: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}
