import { spawn } from "node:child_process";
import { once } from "node:events";
import { canListProcesses, listedPids, processEntry, readProcessFile } from "@ttasks/node-support";
import { describe, expect, it } from "vitest";

describe.skipIf(!canListProcesses())("the process table (skipped: there is none to be read on this system)", () => {
  it("has this process, with its group and session", () => {
    expect(listedPids()).toContain(process.pid);
    expect(processEntry(process.pid)).toMatchObject({ pid: process.pid });
    expect(readProcessFile(process.pid, "cmdline")).toContain("node");
  });

  it("tells a session of its own apart", async () => {
    const child = spawn("sleep", ["60"], { detached: true, env: { ...process.env, OF_A_TEST: "yes" } });
    await once(child, "spawn");
    expect(processEntry(child.pid!)).toEqual({ pid: child.pid, group: child.pid, session: child.pid });
    expect(readProcessFile(child.pid!, "environ")).toContain("OF_A_TEST=yes");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(processEntry(child.pid!)).toBeUndefined();
    expect(readProcessFile(child.pid!, "stat")).toBeUndefined();
  });
});
