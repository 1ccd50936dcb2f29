import { printSample } from "../print-sample.ts";
import { loadCore, loadStoreSqlite } from "../ttasks-packages.ts";

const TASKS = 20_000;
const REPEATS = 3;
const { Task, TaskGraph } = await loadCore();
const { SqliteStore } = await loadStoreSqlite();

/** What it takes to find that a graph is stored as it is: a run does so at its end. */
const times = Array.from({ length: REPEATS }, () => {
  const store = new SqliteStore(":memory:");
  const graph = new TaskGraph({ title: "bench" });
  for (let i = 0; i < TASKS; i++) graph.add(new Task({ type: "work", payload: null, title: `task ${i}` }));
  store.graphs.save(graph);
  const start = performance.now();
  store.graphs.save(graph);
  const ms = performance.now() - start;
  store.close();
  return (ms * 1e6) / TASKS;
});
printSample({ ns: Math.min(...times) });
