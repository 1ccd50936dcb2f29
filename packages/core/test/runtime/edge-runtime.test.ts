import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

const source = join(import.meta.dirname, "../../src/index.ts");

/** A program that knows nothing of Node: a graph with a failure, a finally task, a timeout and a cancel. */
const PROGRAM = `
  const { InMemoryStore, Task, TaskExecutor, TaskGraph } = ttasks;
  const executor = new TaskExecutor({ store: new InMemoryStore(), handlers: {
    work: async ({ task }) => { await new Promise((go) => setTimeout(go, 1)); if (task.payload === "fail") throw new Error("no"); return task.payload; },
    hang: ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  } });
  const events = [];
  executor.events.subscribe((event) => events.push(event.type));
  const make = (type, payload, fields) => new Task({ type, payload, ...fields });
  const graph = new TaskGraph({ title: "edge" });
  const first = graph.add(make("work", "first"));
  const failing = graph.add(make("work", "fail"), { after: [first], required: false });
  const blocked = graph.add(make("work", "blocked"), { after: [failing] });
  const slow = graph.add(make("hang", null, { timeoutMs: 5 }));
  const report = graph.add(make("work", "report"), { finally: true });
  graph.run(executor).then(async () => {
    const cancelled = make("hang", null);
    const running = executor.execute(cancelled).catch((error) => error.name);
    await executor.cancel(cancelled);
    return { ok: graph.ok, blocked: graph.blocked.length, statuses: graph.tasks.map((task) => task.status), error: slow.error, cancelled: await running, events: events.length };
  })
`;

describe("core outside Node", () => {
  let bundle: { readonly text: string; readonly imports: readonly string[] };

  beforeAll(async () => {
    const { outputFiles, metafile } = await build({
      ...{ entryPoints: [source], bundle: true, write: false, metafile: true },
      ...{ format: "iife", globalName: "ttasks", platform: "neutral", target: "es2022" },
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.filter(({ external }) => external));
    bundle = { text: outputFiles[0]?.text ?? "", imports: imports.map(({ path }) => path) };
  });

  it("needs no other package and no module of Node", () => {
    expect(bundle.imports).toEqual([]);
    expect(bundle.text).not.toMatch(/\b(require|import)\s*\(/);
  });

  it("runs graphs, timeouts and cancels in an edge runtime, which has neither process nor setImmediate", async () => {
    const vm = new EdgeVM();
    expect(vm.evaluate("typeof process + typeof require + typeof setImmediate")).toBe("undefinedundefinedundefined");
    vm.evaluate(bundle.text.replace(/^var ttasks =/m, "globalThis.ttasks ="));
    expect(await vm.evaluate<Promise<unknown>>(PROGRAM)).toEqual({
      ok: false,
      blocked: 1,
      statuses: ["done", "failed", "pending", "failed", "done"],
      error: 'Task "hang" timed out after 5 ms',
      cancelled: "AbortError",
      events: 10,
    });
  });
});
