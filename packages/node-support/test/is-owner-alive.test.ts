import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { canListProcesses, isOwnerAlive, ownProcessStart, processStart, type OwnerSystem } from "@ttasks/node-support";
import { describe, expect, it } from "vitest";

const PID = 4711;

/** A system on which there is nothing, but for what a test says. */
function systemWith(parts: Partial<OwnerSystem>): OwnerSystem {
  return {
    ...{ platform: "linux", host: "here", place: undefined, exists: () => false, startTicks: () => "ended" },
    run: () => Promise.reject(new Error("No such program")),
    ...parts,
  };
}

async function sleeper(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  await once(child, "spawn");
  return child as ChildProcess & { readonly pid: number };
}

describe.skipIf(!canListProcesses())("an owner on this system (skipped: /proc cannot be read here)", () => {
  const host = hostname();

  it("lives as long as its process does", async () => {
    const child = await sleeper();
    const owner = { host, pid: child.pid, processStart: processStart(child.pid) };
    expect(await isOwnerAlive(owner)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await isOwnerAlive(owner)).toBe(false);
  });

  it("is gone once another process has its number", async () => {
    const child = await sleeper();
    const later = processStart(child.pid)!.replace(/\d+$/, (ticks) => String(Number(ticks) - 1));
    expect(await isOwnerAlive({ host, pid: child.pid, processStart: later })).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  it("is gone once it has ended, also while its parent has not taken note of that", async () => {
    const program = "sleep 0.05 & echo $!; exec sleep 60";
    const parent = spawn("bash", ["-c", program], { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(String(line));
    const owner = { host, pid, processStart: processStart(pid) };
    await expect.poll(() => isOwnerAlive(owner)).toBe(false);
    expect(processStart(pid)).toBe(owner.processStart);
    parent.kill("SIGKILL");
    await once(parent, "exit");
  });

  it("is this process itself", async () => {
    expect(await isOwnerAlive({ host, pid: process.pid, processStart: ownProcessStart() })).toBe(true);
  });

  it("cannot be told to live where it says another host, or not when it started", async () => {
    const pid = process.pid;
    expect(await isOwnerAlive({ host: `not-${host}`, pid, processStart: ownProcessStart() })).toBeUndefined();
    expect(await isOwnerAlive({ host, pid })).toBeUndefined();
    expect(await isOwnerAlive({ host, pid, processStart: "something else" })).toBeUndefined();
  });
});

describe("an owner on Linux", () => {
  const first = "4026531836";
  const place = { machine: "m", boot: "b2", namespace: first };

  it.each<[string, string, Partial<OwnerSystem>, boolean | undefined]>([
    ["of this boot lives while its start is the same", `linux/m/b2/${first}/77`, { startTicks: () => "77" }, true],
    [
      "of this boot is gone when its number has another start",
      `linux/m/b2/${first}/77`,
      { startTicks: () => "78" },
      false,
    ],
    ["of this boot is gone when there is none of its number", `linux/m/b2/${first}/77`, {}, false],
    ["that is hidden cannot be told", `linux/m/b2/${first}/77`, { startTicks: () => undefined }, undefined],
    ["of an earlier boot is gone", `linux/m/b1/${first}/77`, { startTicks: () => "77" }, false],
    ["of another machine cannot be told", `linux/n/b1/${first}/77`, {}, undefined],
    [
      "of a machine without an id cannot be told",
      `linux//b1/${first}/77`,
      { place: { ...place, machine: "" } },
      undefined,
    ],
    ["in another container cannot be told", "linux/m/b2/4026532000/77", {}, undefined],
    [
      "in a container of an earlier boot cannot be told, as all of one image have the same machine",
      "linux/m/b1/4026532000/77",
      {},
      undefined,
    ],
    [
      "in this container lives",
      "linux/m/b2/4026532000/77",
      { place: { ...place, namespace: "4026532000" }, startTicks: () => "77" },
      true,
    ],
    ["cannot be told where /proc is missing", `linux/m/b2/${first}/77`, { place: undefined }, undefined],
    ["that ran on another system cannot be told", "win32/77", {}, undefined],
  ])("%s", async (_what, start, parts, expected) => {
    const owner = { host: "here", pid: PID, processStart: start };
    expect(await isOwnerAlive(owner, systemWith({ place, ...parts }))).toBe(expected);
  });

  it.each([0, -1, 1.5, Number.NaN])("with the number %s cannot be told", async (pid) => {
    const owner = { host: "here", pid, processStart: `linux/m/b2/${first}/77` };
    expect(await isOwnerAlive(owner, systemWith({ place }))).toBeUndefined();
  });
});

describe("an owner on macOS", () => {
  const start = "darwin/BOOT/Thu Nov 26 03:35:00 2026";
  const run: OwnerSystem["run"] = (program) =>
    Promise.resolve(program === "ps" ? "Thu Nov 26 03:35:00 2026  \n" : "BOOT\n");

  it.each<[string, string, Partial<OwnerSystem>, boolean | undefined]>([
    ["lives while it has started at the same time", start, { exists: () => true }, true],
    ["is gone when its number has another start", start.replace("03", "02"), { exists: () => true }, false],
    ["is gone when there is none of its number", start, {}, false],
    ["of another boot cannot be told", start.replace("BOOT", "OTHER"), {}, undefined],
    ["cannot be told where nothing answers", start, { run: () => Promise.reject(new Error("No")) }, undefined],
    [
      "that ends meanwhile cannot be told",
      start,
      { exists: () => true, run: (name) => Promise.resolve(name === "ps" ? "" : "BOOT") },
      undefined,
    ],
  ])("%s", async (_what, processStartText, parts, expected) => {
    const owner = { host: "here", pid: PID, processStart: processStartText };
    expect(await isOwnerAlive(owner, systemWith({ platform: "darwin", run, ...parts }))).toBe(expected);
  });
});

describe("an owner on Windows", () => {
  const run: OwnerSystem["run"] = () => Promise.resolve("1795664100000\r\n");

  it.each<[string, string, Partial<OwnerSystem>, boolean | undefined]>([
    ["lives while it has started at about the same time", "win32/1795664100250", { exists: () => true }, true],
    ["is gone when there is none of its number", "win32/1795664100250", {}, false],
    [
      "with another start cannot be told, as the clock may have been set",
      "win32/1795660500250",
      { exists: () => true },
      undefined,
    ],
    [
      "cannot be told where PowerShell is missing",
      "win32/1795664100250",
      { exists: () => true, run: () => Promise.reject(new Error("No")) },
      undefined,
    ],
    ["that did not say when it started cannot be told", "win32/", { exists: () => true }, undefined],
  ])("%s", async (_what, processStartText, parts, expected) => {
    const owner = { host: "here", pid: PID, processStart: processStartText };
    expect(await isOwnerAlive(owner, systemWith({ platform: "win32", run, ...parts }))).toBe(expected);
  });
});
