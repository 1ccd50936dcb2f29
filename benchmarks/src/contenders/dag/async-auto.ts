import { measureGraph, type GraphRunner } from "../measure-graph.ts";

await measureGraph(async (): Promise<GraphRunner> => {
  const { auto } = await import("async");
  return async (predecessors, concurrency, work) => {
    // It knows promises only of functions that are declared as `async`.
    const entries = predecessors.map((before, index) => [
      `t${index}`,
      [...before.map((predecessor) => `t${predecessor}`), async () => work(index)],
    ]);
    await auto(Object.fromEntries(entries) as Parameters<typeof auto>[0], concurrency);
  };
});
