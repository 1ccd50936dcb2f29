import path from "node:path";
import Database from "better-sqlite3";
import { countCommits } from "../count-commits.ts";
import { ledgerFolder } from "../ledger-folder.ts";
import { measureLedger } from "../measure-ledger.ts";
import { loadCore, loadStoreSqlite } from "../ttasks-packages.ts";

const { Task, TaskExecutor, TaskGraph } = await loadCore();
const { SqliteStore } = await loadStoreSqlite();
const folder = ledgerFolder();
/** `execute`: one task after the other in as many lanes as are in flight, as the floor and the probe have them. `graph`: `graph.run`. */
const how = process.argv[7] ?? "execute";
const isCounting = process.argv[8] === "count";

await measureLedger(async ({ synchronous, inFlight, tasks, handler }, repeat) => {
  // The store gets an open database, so that its pragma can be read where it counts.
  const database = new Database(path.join(folder, `ttasks-${repeat}.db`));
  const counter = countCommits(database);
  const store = new SqliteStore(isCounting ? counter.database : database, { durability: synchronous });
  const executor = new TaskExecutor({ store, handlers: { work: handler } });
  const graph = new TaskGraph({ title: "bench" });
  const all = Array.from({ length: tasks }, (_, i) => new Task({ type: "work", payload: null, title: `task ${i}` }));
  for (const task of all) graph.add(task);
  const start = performance.now();
  store.graphs.save(graph);
  const before = counter.commits();
  const stored = performance.now();
  if (how === "graph") await graph.run(executor, { concurrency: inFlight });
  else {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < tasks) await executor.execute(all[next++]!);
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  }
  const end = performance.now();
  if (!graph.ok || executor.persistenceErrorCount > 0) throw new Error("The graph has failed");
  if (store.tasks.count({ status: "done" }) !== tasks) throw new Error("The ledger does not have it all");
  const facts = {
    synchronous: String(database.pragma("synchronous", { simple: true })),
    ...(isCounting && { commits: String(counter.commits() - before), allCommits: String(counter.commits()) }),
  };
  store.close();
  database.close();
  return { start, stored, end, facts };
});
