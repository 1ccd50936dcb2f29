import path from "node:path";
import Database from "better-sqlite3";
import { countCommits } from "../count-commits.ts";
import { ledgerFolder } from "../ledger-folder.ts";
import { measureLedger } from "../measure-ledger.ts";
import { loadCore, loadStoreSqlite } from "../ttasks-packages.ts";

const { Task, TaskExecutor, TaskGraph } = await loadCore();
const { SqliteStore } = await loadStoreSqlite();
const folder = ledgerFolder();
const isCounting = process.argv[7] === "count";

await measureLedger(async ({ synchronous, inFlight, tasks, handler }, repeat) => {
  // The store gets an open database, so that its pragma can be read where it counts.
  const database = new Database(path.join(folder, `ttasks-${repeat}.db`));
  const counter = countCommits(database);
  const store = new SqliteStore(isCounting ? counter.database : database, { durability: synchronous });
  const executor = new TaskExecutor({ store, handlers: { work: handler } });
  const graph = new TaskGraph({ title: "bench" });
  for (let i = 0; i < tasks; i++) graph.add(new Task({ type: "work", payload: null, title: `task ${i}` }));
  const start = performance.now();
  store.graphs.save(graph);
  const before = counter.commits();
  const stored = performance.now();
  await graph.run(executor, { concurrency: inFlight });
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
