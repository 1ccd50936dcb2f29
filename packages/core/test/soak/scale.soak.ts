import { describe, expect, it } from "vitest";
import { runGraph } from "../scale/run-graph.ts";

describe("a graph of 1,000,000 tasks", () => {
  it.each(["chain:1000000", "layered:1000x1000", "fan:1000000"])(
    "of the shape %s runs to its end in a heap of 2,048 MB",
    async (shape) => {
      expect(await runGraph(shape, 2048)).toMatchObject({ ok: true, pending: 0 });
    },
  );
});
