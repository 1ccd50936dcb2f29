import type { DependencyList, PGraphNodeMap } from "p-graph";
import { measureGraph, type GraphRunner } from "../measure-graph.ts";

await measureGraph(async (): Promise<GraphRunner> => {
  const { PGraph } = await import("p-graph");
  return async (predecessors, concurrency, work) => {
    const nodes: PGraphNodeMap = new Map();
    const dependencies: DependencyList = [];
    for (const [index, before] of predecessors.entries()) {
      nodes.set(String(index), { run: () => work(index) });
      for (const predecessor of before) dependencies.push([String(predecessor), String(index)]);
    }
    await new PGraph(nodes, dependencies).run({ concurrency });
  };
});
