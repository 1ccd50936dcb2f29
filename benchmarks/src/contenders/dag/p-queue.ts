import { measureGraph, type GraphRunner } from "../measure-graph.ts";

await measureGraph(async (): Promise<GraphRunner> => {
  const { default: PQueue } = await import("p-queue");
  return async (predecessors, concurrency, work) => {
    const queue = new PQueue({ concurrency });
    const successors = predecessors.map((): number[] => []);
    const indegrees = predecessors.map((before, index) => {
      for (const predecessor of before) successors[predecessor]!.push(index);
      return before.length;
    });
    // Successors are added before the job ends, so that the queue is idle only at the end.
    const start = (index: number): void => {
      void queue.add(async () => {
        await work(index);
        for (const successor of successors[index]!) if (--indegrees[successor]! === 0) start(successor);
      });
    };
    for (const [index, before] of predecessors.entries()) if (before.length === 0) start(index);
    await queue.onIdle();
    if (indegrees.some((left) => left !== 0)) throw new Error("The graph has not ended");
  };
});
