import { describe, expect, it } from "vitest";
import { AsyncDocumentStore, DocumentStore, type Task, TaskGraph, type Store } from "@ttasks/core";
import { asyncDriver, MapDriver, sampleTask } from "@ttasks/testkit";

/** A driver whose next write, or read, fails. */
class UnsureDriver extends MapDriver {
  /** The next write: `"lost"` is not made, `"doubted"` is made all the same. */
  nextWrite: "lost" | "doubted" | undefined;
  readsFail = false;

  override write(changes: Parameters<MapDriver["write"]>[0]): readonly number[] {
    const fate = this.nextWrite;
    this.nextWrite = undefined;
    const skipped = fate === "lost" ? [] : super.write(changes);
    if (fate) throw new Error("the connection was lost");
    return skipped;
  }

  override read(...asked: Parameters<MapDriver["read"]>): ReturnType<MapDriver["read"]> {
    if (this.readsFail) throw new Error("the disk is broken");
    return super.read(...asked);
  }
}

const stale = expect.objectContaining({ code: "stale_revision" }) as Error;

describe.each(["sync", "async"] as const)("of two stores over one %s driver", (mode) => {
  const driver = new UnsureDriver();
  const open = (): Store => (mode === "sync" ? new DocumentStore(driver) : new AsyncDocumentStore(asyncDriver(driver)));
  const [ours, theirs] = [open(), open()];
  const read = async ({ id }: Task): Promise<Task> => (await theirs.tasks.get(id))!;
  const record = async (store: Store, task: Task): Promise<void> => store.record!(task, { immediate: true });

  /** A task that both have read. */
  async function shared(title: string): Promise<{ task: Task; graph: TaskGraph }> {
    const graph = new TaskGraph({ title });
    const task = graph.add(sampleTask(title));
    await ours.graphs.save(graph);
    return { task, graph };
  }

  async function takeOver(task: Task): Promise<void> {
    const other = await read(task);
    other.transitionTo("running");
    await record(theirs, other);
  }

  it("the save of a graph does not replace what the other has stored since, whatever failed before", async () => {
    const { task, graph } = await shared("outdone");
    task.title = "ours";
    driver.nextWrite = "lost";
    await expect(record(ours, task)).rejects.toThrow("the connection was lost");
    await takeOver(task);
    await ours.graphs.save(graph);
    expect(await read(task)).toMatchObject({ status: "running", title: "outdone" });
    await expect(record(ours, task)).rejects.toThrow(stale);
  });

  it("the save of a graph replaces what it has stored itself by a write that was told as failed", async () => {
    const { task, graph } = await shared("doubted");
    task.title = "first";
    driver.nextWrite = "doubted";
    await expect(record(ours, task)).rejects.toThrow("the connection was lost");
    task.title = "second";
    await ours.graphs.save(graph);
    expect(await read(task)).toMatchObject({ title: "second" });
    task.title = "third";
    await record(ours, task);
    expect(await read(task)).toMatchObject({ title: "third" });
  });

  it("one that writes a task twice without waiting is refused twice", async () => {
    const { task, graph } = await shared("twice");
    await takeOver(task);
    task.title = "ours";
    const saved = Promise.resolve(ours.graphs.save(graph));
    await expect(record(ours, task)).rejects.toThrow(stale);
    await saved;
    const both = [record(ours, task), record(ours, task)];
    for (const one of both) await expect(one).rejects.toThrow(stale);
    expect(await read(task)).toMatchObject({ status: "running", title: "twice" });
  });

  it("one is refused also where it cannot be read what the other has stored", async () => {
    const { task } = await shared("unread");
    await takeOver(task);
    task.title = "ours";
    driver.readsFail = true;
    await expect(record(ours, task)).rejects.toThrow(stale);
    driver.readsFail = false;
  });

  it("what failed before does not count any more once the other's state is known", async () => {
    const { task } = await shared("settled");
    task.title = "ours";
    driver.nextWrite = "lost";
    await expect(record(ours, task)).rejects.toThrow("the connection was lost");
    await takeOver(task);
    await expect(record(ours, task)).rejects.toThrow(stale);
    driver.readsFail = true;
    await expect(record(ours, task)).rejects.toThrow(stale);
    driver.readsFail = false;
  });
});
