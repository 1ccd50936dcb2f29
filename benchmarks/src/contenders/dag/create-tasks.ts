import { printSample } from "../print-sample.ts";
import { loadCore } from "../ttasks-packages.ts";

const TASKS = 100_000;
const REPEATS = 5;
const { Task } = await loadCore();

/** What `new Task` takes, by itself. */
const times = Array.from({ length: REPEATS }, () => {
  const tasks: unknown[] = new Array(TASKS);
  const start = performance.now();
  for (let i = 0; i < TASKS; i++) tasks[i] = new Task({ type: "noop", payload: null, title: "t" });
  return ((performance.now() - start) * 1e6) / TASKS;
});
printSample({ ns: Math.min(...times) });
