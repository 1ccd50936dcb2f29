import * as core from "@ttasks/core";
import * as shell from "@ttasks/handlers-shell";
import { describe, expect, it } from "vitest";
import * as ttasks from "ttasks";

describe("the package", () => {
  it("gives all of core and of the shell handlers as they are, and an executor and a recovery of its own", () => {
    const { TaskExecutor, recover, nodeOwner, ...others } = ttasks;
    const { TaskExecutor: CoreTaskExecutor, recover: recoverByCore, ...expected } = { ...core, ...shell };
    expect(others).toEqual(expected);
    expect(TaskExecutor).not.toBe(CoreTaskExecutor);
    expect(recover).not.toBe(recoverByCore);
    expect(nodeOwner().pid).toBe(process.pid);
  });
});
