import { expectTypeOf } from "vitest";
import {
  HandlerOutput,
  TaskExecutor,
  type Handler,
  type HandlerContext,
  type HandlerMap,
  type Task,
} from "@ttasks/core";

// A handler of one type is a handler.
expectTypeOf<Handler<"bash">>().toExtend<Handler>();
expectTypeOf<Handler<"custom">>().toExtend<Handler>();
declare const bash: Handler<"bash">;
const map: HandlerMap = { bash, custom: () => 1, absent: undefined };
const executor = new TaskExecutor({ handlers: { ...map } });
executor.register("bash", bash).register("custom", () => ({ any: "value" }));

// The context is typed by the type of task.
executor.register("bash", ({ task, upstream, signal, output }) => {
  expectTypeOf(task.payload).toEqualTypeOf<string>();
  expectTypeOf(upstream).toEqualTypeOf<ReadonlyMap<string, Task>>();
  expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
  output("text");
  output(new Uint8Array(), "stderr");
  return "out";
});
expectTypeOf<HandlerContext<"custom">>().toHaveProperty("task");

// Value, promise and HandlerOutput are all fine.
executor.register("bash", () => Promise.resolve("out"));
executor.register("bash", () => new HandlerOutput({ output: "out", exitCode: 0 }));
executor.register("bash", async () => new HandlerOutput({ output: "out" }));

// What a handler may carry.
const withTraits: Handler = Object.assign(() => 1, { graceMs: 5, [Symbol.asyncDispose]: async () => undefined });
expectTypeOf(withTraits.graceMs).toEqualTypeOf<number | undefined>();

// @ts-expect-error a bash task gives a string
executor.register("bash", () => 5);
// @ts-expect-error the declared output of the type is checked
executor.register("http", () => ({ status: "ok" }));
// @ts-expect-error not a handler
executor.register("bash", "run");
// @ts-expect-error not an option
new TaskExecutor({ concurrency: 5 });
