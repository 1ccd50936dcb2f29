import { spawn } from "node:child_process";
import { once } from "node:events";
import { canListProcesses, ownProcessStart, processStart } from "@ttasks/node-support";
import { describe, expect, it } from "vitest";

describe.skipIf(!canListProcesses())("what a process is told by (skipped: only Linux tells it cheaply)", () => {
  it("is the same at each look, and another one for another process", async () => {
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    await once(child, "spawn");
    expect(processStart(process.pid)).toBe(ownProcessStart());
    expect(processStart(child.pid!)).toBe(processStart(child.pid!));
    expect(processStart(child.pid!)).not.toBe(ownProcessStart());
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(processStart(child.pid!)).toBeUndefined();
  });

  it("has system, machine, boot, namespace and time, and not the machine's id itself", () => {
    expect(ownProcessStart()).toMatch(/^linux\/([0-9a-f]{16})?\/[0-9a-f-]{36}\/\d+\/\d+$/);
  });
});

it("a process that there is not has no start", () => {
  expect(processStart(2 ** 30)).toBeUndefined();
});
