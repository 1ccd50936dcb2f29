import { describe, expect, it } from "vitest";
import {
  InMemoryStore,
  Task,
  TaskEventType,
  TaskExecutionError,
  TaskExecutor,
  TaskGraph,
  TaskStatus,
  TaskTimeoutError,
  TaskType,
  type HandlerContext,
  type TaskEvent,
} from "ttasks";

describe("the examples of the Python original, in TypeScript", () => {
  it("a task is made with title and description", () => {
    const task = Task.bash("ls -la", {
      title: "List files",
      description: "Show files in the current directory",
    });
    expect([task.title, task.description, task.payload, task.status]).toEqual([
      "List files",
      "Show files in the current directory",
      "ls -la",
      TaskStatus.PENDING,
    ]);
  });

  it("a result tells status, output, error, exit code, start, end and duration", async () => {
    const executor = new TaskExecutor();
    const before = Date.now();
    const result = await executor.execute(Task.bash("echo out; echo warn >&2; sleep 0.05"));
    expect([result.status, result.output, result.error, result.stderr, result.exitCode]).toEqual([
      "done",
      "out\n",
      undefined,
      "warn\n",
      0,
    ]);
    expect(result.startedAt).toBeInstanceOf(Date);
    expect(result.finishedAt).toBeInstanceOf(Date);
    expect(result.startedAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(result.finishedAt.getTime()).toBeGreaterThanOrEqual(result.startedAt.getTime());
    expect(result.durationMs).toBeGreaterThanOrEqual(50);
  });

  it("raw of a shell task is the result object of the process library", async () => {
    const { raw } = await new TaskExecutor().execute(Task.bash("exit 0"));
    expect(raw).toMatchObject({ exitCode: 0, failed: false, timedOut: false });
  });

  it("a store in memory gives back the objects that were saved", () => {
    const store = new InMemoryStore();
    const task = Task.bash("echo hi", { title: "hello" });
    store.tasks.save(task);
    expect(store.tasks.get(task.id)).toBe(task);

    const graph = new TaskGraph({ title: "build" });
    graph.add(task);
    store.graphs.save(graph);
    expect(store.graphs.has(graph)).toBe(true);
  });

  it("done tasks are picked out of a store, and membership is by id", async () => {
    const store = new InMemoryStore();
    const executor = new TaskExecutor({ store });
    const task = Task.bash("true");
    await executor.execute(task);
    store.tasks.save(Task.bash("false"));
    expect([...store.tasks.values()].filter((stored) => stored.isDone)).toEqual([task]);
    expect(store.tasks.has(task)).toBe(true);
  });

  it("every task executed through an executor with a store is persisted", async () => {
    const store = new InMemoryStore();
    const executor = new TaskExecutor({ store });
    const tasks = [Task.bash("true"), Task.bash("exit 3")];
    for (const task of tasks) await executor.execute(task).catch(() => undefined);
    expect(Array.from(store.tasks.values(), ({ status }) => status)).toEqual(["done", "failed"]);
  });

  it("the default constructor registers handlers for bash, powershell, prompt and agent", async () => {
    const types = Object.values(TaskType);
    expect(types).toEqual(["bash", "powershell", "prompt", "agent"]);
    const executor = new TaskExecutor();
    for (const type of types) {
      // Whether the program or the package behind it is there is another matter.
      const error: unknown = await executor
        .execute(new Task({ type, payload: "exit 1" }))
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TaskExecutionError);
    }
  });

  it("a handler that is registered for a built-in type overrides it", async () => {
    const executor = new TaskExecutor();
    executor.register(TaskType.BASH, () => "handled");
    expect((await executor.execute(Task.bash("exit 1"))).output).toBe("handled");
  });

  it("an empty executor is a clean slate", async () => {
    const executor = TaskExecutor.empty();
    await expect(executor.execute(Task.bash("true"))).rejects.toMatchObject({ code: "no_handler" });
    executor.register(TaskType.BASH, ({ task }) => `mine: ${task.payload}`);
    expect((await executor.execute(Task.bash("true"))).output).toBe("mine: true");
  });

  it("upstream refs are passed by hand to a single task", async () => {
    const executor = new TaskExecutor();
    const parent = Task.bash("echo parent");
    await executor.execute(parent);
    const child = new Task({ type: "shout", payload: null });
    executor.register("shout", ({ upstream }: HandlerContext) =>
      String(upstream.get(parent.id)?.result?.output).toUpperCase(),
    );
    expect((await executor.execute(child, { upstream: [parent] })).output).toBe("PARENT\n");
  });

  it("the event stream shows started and succeeded", async () => {
    const executor = new TaskExecutor();
    const seen: TaskEvent[] = [];
    const subscription = executor.events.subscribed((event) => seen.push(event));
    await executor.execute(Task.bash("true"));
    subscription[Symbol.dispose]();
    await executor.execute(Task.bash("true"));
    expect(seen.map((event) => event.type)).toEqual([TaskEventType.STARTED, TaskEventType.SUCCEEDED]);
  });

  it("a shell task without a timeout runs until it exits, unless it is cancelled", async () => {
    const executor = new TaskExecutor();
    const task = Task.bash("sleep 30", { title: "Long task" });
    expect(task.timeoutMs).toBeUndefined();
    const ended = executor.execute(task).catch((error: unknown) => error);
    const started = Date.now();
    expect(await executor.cancel(task)).toBe(true);
    expect(await ended).toMatchObject({ name: "AbortError" });
    expect(task.isCancelled).toBe(true);
    expect(Date.now() - started).toBeLessThan(25_000);
  });

  it("a bounded shell task that takes too long is ended and fails with TaskTimeoutError", async () => {
    const executor = new TaskExecutor();
    const task = Task.bash("sleep 30", { title: "Bounded task", timeoutMs: 100 });
    const error: unknown = await executor.execute(task).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TaskTimeoutError);
    expect(error).toMatchObject({ name: "TimeoutError" });
    expect(task.isFailed).toBe(true);
    expect(task.error).toBe('Task "Bounded task" timed out after 100 ms');
    expect(task.result).toMatchObject({ status: "failed", error: task.error });
    expect(task.result?.durationMs).toBeLessThan(25_000);
  });

  it("a non-zero exit rejects with TaskExecutionError and keeps the details of the process", async () => {
    const executor = new TaskExecutor();
    const task = Task.bash("echo half; echo boom >&2; exit 7", { title: "Fail" });
    const error: unknown = await executor.execute(task).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TaskExecutionError);
    expect(task.isFailed).toBe(true);
    expect(task.result).toMatchObject({ output: "half\n", error: "boom\n", stderr: "boom\n", exitCode: 7 });
    expect(task.result?.raw).toMatchObject({ exitCode: 7, failed: true });
  });

  it("a failed process without stderr has a sentence as its error", async () => {
    const task = Task.bash("exit 7", { title: "Quiet" });
    await expect(new TaskExecutor().execute(task)).rejects.toBeInstanceOf(TaskExecutionError);
    expect(task.error).toMatch(/7/);
  });

  it("a pipeline of build, test and package runs in order", async () => {
    const build = Task.bash("echo build", { title: "Build" });
    const test = Task.bash("echo test", { title: "Test" });
    const pack = Task.bash("echo package", { title: "Package" });
    const graph = new TaskGraph({ title: "build pipeline" });
    graph.add(build);
    graph.add(test, { after: [build] });
    graph.add(pack, { after: [test] });
    await graph.run(new TaskExecutor());
    expect(graph.ok).toBe(true);
    expect(graph.succeeded).toEqual([build, test, pack]);
  });

  it("an optional finally task reports on lint, test and docs, whatever became of them", async () => {
    const graph = new TaskGraph({ title: "preflight" });
    const [lint, test, docs] = [Task.bash("true"), Task.bash("exit 1", { title: "test" }), Task.bash("true")];
    graph.add(lint);
    graph.add(test, { after: [lint] });
    graph.add(docs, { after: [test] });
    const recommend = Task.prompt("Summarize preflight output", { title: "Recommend next action" });
    graph.add(recommend, { after: [lint, test, docs], finally: true, required: false });
    const executor = new TaskExecutor();
    executor.register(TaskType.PROMPT, ({ upstream }) =>
      Array.from(upstream.values(), ({ status }) => status).join(" "),
    );
    await graph.run(executor);
    expect(recommend.result?.output).toBe("done failed pending");
    expect([graph.blocked, graph.ok]).toEqual([[docs], false]);
  });
});
