import { TaskGraph } from "@ttasks/core";
import { sampleTask } from "../fixtures/sample-tasks.ts";
import type { StoreSuite } from "./store-suite.ts";

/** Which state wins when two owners of one task both save it. */
export function testRevisions(suite: StoreSuite): void {
  testSaves(suite);
  if (suite.contract.abilities.reads === "snapshots") testGraphSaves(suite);
}

function testSaves({ test, check }: StoreSuite): void {
  test("each save counts the revision up", async ({ tasks }) => {
    const task = sampleTask("build");
    check(task.revision, 0, "a task that was never saved has revision 0");
    await tasks.save(task);
    const first = task.revision;
    await tasks.save(task);
    check(task.revision > first && first > 0, true, "`tasks.save` must count the task's revision up");
    check(
      (await tasks.get(task.id))?.revision,
      task.revision,
      "a task that is read must have the revision that it was saved with",
    );
  });

  test("a direct save overwrites whatever is stored, also a newer state", async ({ tasks }) => {
    const task = sampleTask("mine");
    for (let saves = 0; saves < 3; saves++) await tasks.save(task);
    const other = sampleTask("another's", { id: task.id });
    await tasks.save(other);
    check((await tasks.get(task.id))?.title, "another's", "`tasks.save` must overwrite, whatever the revisions");
    check(
      other.revision > task.revision,
      true,
      "a save counts as newer than what it overwrites: its revision must be higher",
    );
  });

  test("a direct save of a graph overwrites whatever is stored", async ({ graphs }) => {
    const graph = new TaskGraph({ title: "mine" });
    for (let saves = 0; saves < 3; saves++) await graphs.save(graph);
    await graphs.save(new TaskGraph({ title: "another's", id: graph.id }));
    check((await graphs.get(graph.id))?.title, "another's", "`graphs.save` must overwrite, whatever the revisions");
  });
}

function testGraphSaves({ test, check }: StoreSuite): void {
  test("a graph save does not write an older state of a task over a newer one", async ({ graphs, tasks }) => {
    const graph = new TaskGraph({ title: "release" });
    const task = graph.add(sampleTask("first"));
    await graphs.save(graph);
    const other = (await tasks.get(task.id))!;
    for (const title of ["second", "third"]) {
      other.title = title;
      await tasks.save(other);
    }
    task.title = "stale";
    await graphs.save(graph);
    check(
      (await tasks.get(task.id))?.title,
      "third",
      "`graphs.save` must skip a member whose stored revision is as high or higher: put it only if the stored revision is lower",
    );
    check(
      (await graphs.get(graph.id))?.tasks[0]?.title,
      "third",
      "the graph that is read must have the newest state of its tasks",
    );
  });

  test("a graph save stores a newer state of a task", async ({ graphs, tasks }) => {
    const graph = new TaskGraph({ title: "release" });
    const task = graph.add(sampleTask("first"));
    await graphs.save(graph);
    task.title = "second";
    await graphs.save(graph);
    check((await tasks.get(task.id))?.title, "second", "`graphs.save` must store members that have changed since");
  });

  test("a graph that was read by another does not bring old states back", async ({ graphs, tasks }) => {
    const graph = new TaskGraph({ title: "release" });
    const task = graph.add(sampleTask("first"));
    await graphs.save(graph);
    const old = (await graphs.get(graph.id))!;
    task.cancel();
    await tasks.save(task);
    await graphs.save(old);
    check(
      (await tasks.get(task.id))?.status,
      "cancelled",
      "`graphs.save` must not write an unchanged member over a newer state",
    );
  });
}
