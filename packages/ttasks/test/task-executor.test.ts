import { TaskExecutor as CoreTaskExecutor } from "@ttasks/core";
import { describe, expect, it } from "vitest";
import { InMemoryStore, NoHandlerError, Task, TaskEventType, TaskExecutionError, TaskExecutor, TaskType } from "ttasks";

describe("the executor with handlers on board", () => {
  it("runs the quick start", async () => {
    const executor = new TaskExecutor();
    const task = Task.bash("echo hello", { title: "Say hello" });

    const result = await executor.execute(task);

    expect(task.isDone).toBe(true);
    expect(result.output).toBe("hello\n");
    expect(task.result).toBe(result);
  });

  it("is an executor of core", () => {
    expect(new TaskExecutor()).toBeInstanceOf(CoreTaskExecutor);
  });

  it("lets another handler be registered for a built-in type", async () => {
    const executor = new TaskExecutor();
    executor.register(TaskType.BASH, () => "handled");
    expect((await executor.execute(Task.bash("echo hello"))).output).toBe("handled");
  });

  it("takes handlers as an option beside the built-in ones, and in their place", async () => {
    const executor = new TaskExecutor({
      handlers: { powershell: () => "replaced", greet: () => "hi", bash: undefined },
    });
    expect((await executor.execute(Task.powershell("Get-Date"))).output).toBe("replaced");
    expect((await executor.execute(new Task({ type: "greet", payload: null }))).output).toBe("hi");
    expect((await executor.execute(Task.bash("echo built-in"))).output).toBe("built-in\n");
  });

  it("hands its shell options to the shell handlers", async () => {
    const executor = new TaskExecutor({ shell: { env: { GREETING: "hi from the options" } } });
    expect((await executor.execute(Task.bash('echo "$GREETING"'))).output).toBe("hi from the options\n");
  });

  it("takes the options of core's executor", async () => {
    const store = new InMemoryStore();
    const task = Task.bash("true");
    await new TaskExecutor({ store }).execute(task);
    expect(store.tasks.get(task.id)).toBe(task);
  });

  it.each<object>([{ shel: {} }, { shell: { cdw: "/" } }])("refuses the unknown option in %o", (options) => {
    expect(() => new TaskExecutor(options)).toThrow(/^Unknown option `(shel|cdw)`/);
  });

  it("takes no more tasks once it is closed", async () => {
    const executor = new TaskExecutor();
    const running = executor.execute(Task.bash("echo before"));
    await executor.close();
    expect((await running).output).toBe("before\n");
    await expect(executor.execute(Task.bash("echo after"))).rejects.toMatchObject({ code: "executor_closed" });
  });
});

describe("an empty executor", () => {
  it.each(Object.values(TaskType))("has no handler for %s tasks", async (type) => {
    const task = new Task({ type, payload: "echo hello" });
    await expect(TaskExecutor.empty().execute(task)).rejects.toBeInstanceOf(NoHandlerError);
    expect(task.isPending).toBe(true);
  });

  it("is of the same class and takes handlers and options", async () => {
    const store = new InMemoryStore();
    const executor = TaskExecutor.empty({ store });
    expect(executor).toBeInstanceOf(TaskExecutor);
    const seen: string[] = [];
    executor.events.subscribe(({ type }) => seen.push(type));
    const task = Task.bash("echo hello");
    executor.register(TaskType.BASH, ({ task: { title } }) => `ran ${title}`);
    expect((await executor.execute(task)).output).toBe("ran echo hello");
    expect(seen).toEqual([TaskEventType.STARTED, TaskEventType.SUCCEEDED]);
    expect(store.tasks.has(task)).toBe(true);
  });
});

describe("a failing script", () => {
  it("rejects with the exit code and the standard error", async () => {
    const task = Task.bash("echo boom >&2; exit 7", { title: "Fail" });
    const error = await new TaskExecutor().execute(task).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TaskExecutionError);
    expect(task.isFailed).toBe(true);
    expect(task.result).toMatchObject({ error: "boom\n", exitCode: 7 });
  });
});
