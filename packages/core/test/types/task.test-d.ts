import { expectTypeOf } from "vitest";
import type {
  JsonObject,
  JsonValue,
  OutputOf,
  PayloadOf,
  TaskFields,
  TaskResult,
  TaskStatus,
  TaskTypeName,
} from "@ttasks/core";
import { Task, TaskExecutor, TaskGraph, TaskType } from "@ttasks/core";

declare module "@ttasks/core" {
  interface TaskTypes {
    http: { payload: { readonly url: string }; output: { readonly status: number } };
  }
}

declare const bash: Task<"bash">;
declare const http: Task<"http">;
declare const custom: Task<"custom">;
declare const any: Task;

// Every task is a Task.
expectTypeOf<Task<"bash">>().toExtend<Task>();
expectTypeOf<Task<"http">>().toExtend<Task>();
expectTypeOf<Task<"custom">>().toExtend<Task>();
const mixed: Task[] = [bash, http, custom, any];
expectTypeOf(mixed).items.toEqualTypeOf<Task>();

// Payload and output go by the type; unknown types take JSON and give unknown.
expectTypeOf(bash.payload).toEqualTypeOf<string>();
expectTypeOf(http.payload).toEqualTypeOf<{ readonly url: string }>();
expectTypeOf<PayloadOf<"custom">>().toEqualTypeOf<JsonValue>();
expectTypeOf<OutputOf<"http">>().toEqualTypeOf<{ readonly status: number }>();
expectTypeOf<OutputOf<"custom">>().toBeUnknown();
expectTypeOf(new Task({ type: "http", payload: { url: "u" } })).toExtend<Task<"http">>();
expectTypeOf(Task.bash("x")).toEqualTypeOf<Task<"bash">>();
expectTypeOf(Task.powershell("x")).toEqualTypeOf<Task<"powershell">>();
expectTypeOf(Task.prompt("x")).toEqualTypeOf<Task<"prompt">>();
expectTypeOf(Task.agent("x")).toEqualTypeOf<Task<"agent">>();
expectTypeOf(TaskType.BASH).toEqualTypeOf<"bash">();
expectTypeOf<"anything">().toExtend<TaskTypeName>();

// execute infers the output.
const executor = TaskExecutor.empty();
expectTypeOf(executor.execute(bash)).resolves.toEqualTypeOf<TaskResult<string>>();
expectTypeOf(executor.execute(http)).resolves.toEqualTypeOf<TaskResult<{ readonly status: number }>>();
expectTypeOf(executor.execute(custom)).resolves.toEqualTypeOf<TaskResult>();
expectTypeOf(executor.execute(any)).resolves.toExtend<TaskResult>();
expectTypeOf(bash.result?.output).toEqualTypeOf<string | undefined>();

// isType narrows.
if (any.isType("bash")) expectTypeOf(any.payload).toEqualTypeOf<string>();
if (any.isType("http")) expectTypeOf(any.payload.url).toEqualTypeOf<string>();

// add gives back the type that it was given.
expectTypeOf(new TaskGraph({ title: "g" }).add(http)).toEqualTypeOf<Task<"http">>();

// What is read-only, and what is optional.
expectTypeOf(any.status).toEqualTypeOf<TaskStatus>();
expectTypeOf(any.metadata).toEqualTypeOf<JsonObject>();
expectTypeOf<{ title: undefined; timeoutMs: undefined }>().toExtend<TaskFields>();
// @ts-expect-error status is read-only
any.status = "done";
// @ts-expect-error id is read-only
any.id = "other";
// @ts-expect-error a result is attached by the executor only
any.result = undefined;
// @ts-expect-error a payload of bash is a string
Task.bash({ command: "x" });
// @ts-expect-error the payload of the declared type is checked
new Task({ type: "http", payload: "u" });
// @ts-expect-error a payload is JSON
new Task({ type: "custom", payload: () => 1 });
// @ts-expect-error an unknown option
Task.bash("x", { timeout: 5 });
// @ts-expect-error the payload is missing
new Task({ type: "bash" });
// @ts-expect-error not a state
any.transitionTo("finished");
// Only a task can be executed.
expectTypeOf<object>().not.toExtend<Parameters<typeof executor.execute>[0]>();
