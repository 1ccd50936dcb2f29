import { execFile } from "node:child_process";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { canListProcesses, isOwnerAlive, processStart } from "@ttasks/node-support";
import { SqliteStore } from "@ttasks/store-sqlite";
import { describe, expect, it } from "vitest";
import { nodeOwner, Task, TaskExecutor, type ExecutorOptions, type ExecutorOwner } from "ttasks";

/** What the lease of an executor says while it lives. */
async function ownerOf(create: (options: ExecutorOptions) => TaskExecutor, owner?: ExecutorOwner): Promise<unknown> {
  using store = new SqliteStore(":memory:");
  const executor = create({ store, owner }).register("bash", () => "done");
  await executor.execute(Task.bash("true"));
  const [lease] = store.leases.find();
  await executor.close();
  return lease?.owner;
}

/** Prints what a program that imports ttasks and makes an executor has read of the system. */
const WATCH = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const read = [];
for (const name of ["readFileSync", "readlinkSync", "openSync"]) {
  const original = fs[name];
  fs[name] = (path, ...rest) => (/^\\/(proc|etc)\\//.test(String(path)) && read.push(path), original(path, ...rest));
}
syncBuiltinESMExports();
const { InMemoryStore, TaskExecutor, nodeOwner } = await import("ttasks");
new TaskExecutor({ store: new InMemoryStore() });
const before = read.length;
nodeOwner();
console.log(before, read.length > before);
`;

describe("the owner of an executor", () => {
  it("is this process", async () => {
    const { host, pid } = nodeOwner();
    expect({ host, pid }).toEqual({ host: hostname(), pid: process.pid });
    expect(await isOwnerAlive(nodeOwner())).not.toBe(false);
    expect(nodeOwner()).toBe(nodeOwner());
    expect(await ownerOf((options) => new TaskExecutor(options))).toEqual(nodeOwner());
    expect(await ownerOf((options) => TaskExecutor.empty(options))).toEqual(nodeOwner());
  });

  it("is the one that is given", async () => {
    const owner = { host: "elsewhere", pid: 4711, processStart: "then" };
    expect(await ownerOf((options) => new TaskExecutor(options), owner)).toEqual(owner);
    expect(await ownerOf((options) => TaskExecutor.empty(options), owner)).toEqual(owner);
  });

  it.skipIf(!canListProcesses())("is told from a later process of its number (skipped: not told here)", async () => {
    expect(nodeOwner().processStart).toBe(processStart(process.pid));
    expect(await isOwnerAlive(nodeOwner())).toBe(true);
  });

  it.skipIf(!canListProcesses())(
    "costs a program nothing that needs none (skipped: no file is read here)",
    async () => {
      const args = ["--import", "tsx", "--conditions=source", "--input-type=module", "--eval", WATCH];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
      expect(stdout).toBe("0 true\n");
    },
  );
});
