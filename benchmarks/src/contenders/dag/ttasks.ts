import { measureGraph, type GraphRunner } from "../measure-graph.ts";
import { loadCore } from "../ttasks-packages.ts";

/** `subscriber`: somebody listens to the events; `unsubscribed`: somebody did. */
const listener = process.argv[5];

await measureGraph(async (): Promise<GraphRunner> => {
  const { Task, TaskExecutor, TaskGraph } = await loadCore();
  return async (predecessors, concurrency, work) => {
    const executor = new TaskExecutor({ handlers: { noop: work as () => Promise<void> } });
    let heard = 0;
    if (listener !== undefined) {
      const unsubscribe = executor.events.subscribe(() => heard++);
      if (listener === "unsubscribed") unsubscribe();
    }
    const graph = new TaskGraph({ title: "bench" });
    const tasks: InstanceType<typeof Task>[] = [];
    for (const before of predecessors) {
      const task = new Task({ type: "noop", payload: null, title: "t" });
      tasks.push(graph.add(task, { after: before.map((index) => tasks[index]!) }));
    }
    await graph.run(executor, { concurrency });
    if (!graph.ok) throw new Error("The graph has failed");
    if (heard !== (listener === "subscriber" ? 2 * tasks.length : 0)) throw new Error(`Heard ${heard} events`);
  };
});
