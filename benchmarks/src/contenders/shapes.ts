/** The predecessors of each node, by number; a node comes after all that it depends on. */
export type Predecessors = readonly (readonly number[])[];

/** A graph by its name: `layered:100x100`, where a node has three predecessors at random in the layer before, `chain:10000`, `fan:10000`. */
export function makeShape(name: string): Predecessors {
  const [kind, size = ""] = name.split(":");
  if (kind === "chain") return chain(Number(size));
  if (kind === "fan") return fan(Number(size));
  const [layers = 0, width = 0] = size.split("x").map(Number);
  return layered(layers, width);
}

function chain(nodes: number): Predecessors {
  return Array.from({ length: nodes }, (_, index) => (index === 0 ? [] : [index - 1]));
}

function fan(width: number): Predecessors {
  const predecessors: number[][] = [[]];
  for (let index = 1; index <= width; index++) predecessors.push([0]);
  predecessors.push(Array.from({ length: width }, (_, index) => index + 1));
  return predecessors;
}

function layered(layers: number, width: number): Predecessors {
  const random = seeded(7);
  const predecessors = new Array<number[]>(layers * width);
  for (let layer = 0; layer < layers; layer++) {
    for (let place = 0; place < width; place++) {
      const chosen = new Set<number>();
      while (layer > 0 && chosen.size < Math.min(3, width))
        chosen.add((layer - 1) * width + Math.floor(random() * width));
      predecessors[layer * width + place] = [...chosen];
    }
  }
  return predecessors;
}

/** The same numbers in every process (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
