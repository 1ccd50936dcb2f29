import { describe, expect, it } from "vitest";
import { DocumentStore, Task, type Change, type JsonObject, type StoreDriver } from "@ttasks/core";
import { FailingDriver, MapDriver, VirtualClock } from "@ttasks/testkit";

const make = (): Task => new Task({ type: "any", payload: null, title: "Any", id: "t" });

/** The same task as another process has it, read now. */
const readBy = (driver: StoreDriver<"sync">): Task => new DocumentStore(driver).tasks.get("t") as Task;

describe("a write that failed", () => {
  it("and was not done does not let a stale owner over a newer state", () => {
    const driver = new MapDriver();
    const owner = make();
    new DocumentStore(driver).tasks.save(owner);
    const stale = readBy(driver);
    const failing = new FailingDriver(driver);
    const staleStore = new DocumentStore(failing);
    owner.transitionTo("running");
    void new DocumentStore(driver).record(owner, { immediate: true });
    failing.failWrite(1);
    stale.cancel();
    expect(() => staleStore.record(stale, { immediate: true })).toThrow("fails as planned");
    expect(() => staleStore.record(stale, { immediate: true })).toThrow(
      expect.objectContaining({ code: "stale_revision" }),
    );
    expect(readBy(driver).status).toBe("running");
  });

  it("but was done does not lock the owner out, also when the next one fails outright", () => {
    const driver = new MapDriver();
    let answers: ("lost" | "fails" | "fine")[] = ["fine", "lost", "fails"];
    const unreliable = Object.assign(Object.create(driver) as MapDriver, {
      write: (changes: readonly Change[]): readonly number[] => {
        const [answer = "fine", ...rest] = answers;
        answers = rest;
        if (answer === "fails") throw new Error("the disk is full");
        const skipped = driver.write(changes);
        if (answer === "lost") throw new Error("the answer was lost");
        return skipped;
      },
      read: (kind: string, ids: readonly string[]): readonly JsonObject[] => driver.read(kind, ids),
    });
    const store = new DocumentStore(unreliable);
    const task = make();
    store.tasks.save(task);
    task.transitionTo("running");
    expect(() => store.record(task, { immediate: true })).toThrow("lost");
    task.title = "renamed";
    expect(() => store.record(task, { immediate: true })).toThrow("full");
    task.transitionTo("done");
    void store.record(task, { immediate: true });
    expect(readBy(driver)).toMatchObject({ status: "done", title: "renamed" });
  });
});

describe("records of one task that are under way at once", () => {
  it("do not slip over a state that somebody else stored", async () => {
    const driver = new MapDriver();
    const task = make();
    const store = new DocumentStore(driver);
    store.tasks.save(task);
    const other = readBy(driver);
    other.title = "theirs";
    new DocumentStore(driver).tasks.save(other);
    const first = store.record(task);
    const second = store.record(task);
    expect(await Promise.allSettled([first, second])).toMatchObject([
      { status: "rejected", reason: { code: "stale_revision" } },
      { status: "rejected", reason: { code: "stale_revision" } },
    ]);
    expect(readBy(driver).title).toBe("theirs");
  });
});

describe("a store that is not well", () => {
  it("whose document says another revision than it is stored as is told, instead of being tried for ever", () => {
    const driver = new MapDriver();
    const damaged = Object.assign(Object.create(driver) as MapDriver, {
      write: (changes: readonly Change[]): readonly number[] => changes.map((_, index) => index),
      read: (kind: string, ids: readonly string[]): readonly JsonObject[] => driver.read(kind, ids),
    });
    const task = make();
    new DocumentStore(driver).tasks.save(task);
    expect(() => new DocumentStore(damaged).tasks.save(task)).toThrow(
      expect.objectContaining({ code: "bad_document" }),
    );
  });

  it("that is locked is not waited for once a task: the rest of a group fails with the first", async () => {
    const clock = new VirtualClock();
    let waits = 0;
    const locked = Object.assign(Object.create(new MapDriver()) as MapDriver, {
      write: (): never => {
        waits++;
        clock.pass(5_000); // a lock is waited for without a turn of the event loop
        throw new Error("locked");
      },
    });
    const store = new DocumentStore(locked, { clock });
    const tasks = Array.from({ length: 10 }, () => new Task({ type: "any", payload: null }));
    const ended = await Promise.allSettled(tasks.map(async (task) => store.record(task)));
    expect(ended.every(({ status }) => status === "rejected")).toBe(true);
    expect(waits).toBe(2);
  });
});
