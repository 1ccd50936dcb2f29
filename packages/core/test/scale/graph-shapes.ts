import { Task, TaskGraph } from "@ttasks/core";

/** The shapes of large graphs: `chain:N`, `fan:N` (1 → N → 1), `layered:LxW` (3 dependencies a task, from the layer before). */
export function graphOf(shape: string): TaskGraph {
  const [kind, size = ""] = shape.split(":");
  const [first = 0, second = 0] = size.split("x").map(Number);
  const graph = new TaskGraph({ title: shape });
  if (kind === "chain") addChain(graph, first);
  else if (kind === "fan") addFan(graph, first);
  else addLayers(graph, first, second);
  return graph;
}

function noop(graph: TaskGraph, after: readonly Task[]): Task {
  return graph.add(new Task({ type: "noop", payload: null }), { after });
}

function addChain(graph: TaskGraph, length: number): void {
  let last: readonly Task[] = [];
  for (let index = 0; index < length; index++) last = [noop(graph, last)];
}

function addFan(graph: TaskGraph, width: number): void {
  const first = noop(graph, []);
  noop(
    graph,
    Array.from({ length: width }, () => noop(graph, [first])),
  );
}

function addLayers(graph: TaskGraph, layers: number, width: number): void {
  let before: Task[] = [];
  for (let layer = 0; layer < layers; layer++) {
    // Three different ones, spread evenly without a random number.
    const dependencies = (index: number): Task[] =>
      [0, 7, 13].flatMap((step) => before[(index * 3 + step) % width] ?? []);
    before = Array.from({ length: width }, (_, index) => noop(graph, dependencies(index)));
  }
}
