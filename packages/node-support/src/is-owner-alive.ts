import { execFile } from "node:child_process";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { ANSWER_MS, DARWIN_BOOT, darwinStart, PS_ENV, startByPs } from "./own-process-start.ts";
import { processExists } from "./process-exists.ts";
import { isEarlierBoot, isSamePlace, readProcessStart, thisPlace, type ProcessPlace } from "./process-identity.ts";
import { processDetails, startTicksOf } from "./process-table.ts";

/** Who runs tasks: a process on a host. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** What tells it from another process that gets its number later. */
  readonly processStart?: string | undefined;
}

/** What is asked of the system; tests answer in its place. */
export interface OwnerSystem {
  readonly platform: NodeJS.Platform;
  readonly host: string;
  readonly place: ProcessPlace | undefined;
  /** Whether there is a process of this number, whoever it belongs to. */
  exists(pid: number): boolean;
  /** On Linux: when it started, "ended" where it lives no more, or `undefined` where it may not be looked at. */
  startTicks(pid: number): string | undefined;
  /** What a program writes; rejects where it fails. */
  run(program: string, args: readonly string[]): Promise<string>;
}

/**
 * Whether the process lives: `undefined` where that cannot be told from here, as on another host, in another container, or of an owner
 * that did not say when it started.
 */
export async function isOwnerAlive(owner: Owner, system: OwnerSystem = realSystem()): Promise<boolean | undefined> {
  const { host, pid, processStart } = owner;
  if (host !== system.host || !Number.isSafeInteger(pid) || pid <= 0 || processStart === undefined) return undefined;
  if (system.platform === "linux") return isAliveOnLinux(owner, system);
  if (system.platform === "darwin") return isAliveOnDarwin(owner, system).catch(() => undefined);
  if (system.platform === "win32") return isAliveOnWindows(owner, system).catch(() => undefined);
  return undefined;
}

function isAliveOnLinux({ pid, processStart }: Owner, system: OwnerSystem): boolean | undefined {
  const owner = readProcessStart(processStart);
  if (owner === undefined || system.place === undefined) return undefined;
  if (!isSamePlace(owner, system.place)) return isEarlierBoot(owner, system.place) ? false : undefined;
  const ticks = system.startTicks(pid);
  return ticks === undefined ? undefined : ticks === owner.ticks;
}

async function isAliveOnDarwin({ pid, processStart }: Owner, system: OwnerSystem): Promise<boolean | undefined> {
  const boot = await system.run("sysctl", DARWIN_BOOT);
  // Another boot may be another machine of the same name.
  if (boot.trim() === "" || !processStart!.startsWith(`darwin/${boot.trim()}/`)) return undefined;
  if (!system.exists(pid)) return false;
  const start = darwinStart(boot, await system.run("ps", startByPs(pid)));
  return start === undefined ? undefined : start === processStart;
}

/** How far apart the start of a process and of the clock in it may be. */
const WINDOWS_SLACK_MS = 5_000;

async function isAliveOnWindows({ pid, processStart }: Owner, system: OwnerSystem): Promise<boolean | undefined> {
  const noted = Number(/^win32\/(\d+)$/.exec(processStart!)?.[1] ?? Number.NaN);
  if (Number.isNaN(noted)) return undefined;
  if (!system.exists(pid)) return false;
  const script = `([DateTimeOffset](Get-Process -Id ${pid}).StartTime).ToUnixTimeMilliseconds()`;
  const started = Number(await system.run("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", script]));
  // The clock may have been set since: another time proves nothing.
  return Math.abs(started - noted) <= WINDOWS_SLACK_MS ? true : undefined;
}

/** What this host is called by. */
export function thisHost(): string {
  return hostname() || "localhost";
}

function realSystem(): OwnerSystem {
  return {
    platform: process.platform,
    host: thisHost(),
    place: process.platform === "linux" ? thisPlace() : undefined,
    exists: processExists,
    startTicks: currentStartTicks,
    run: runProgram,
  };
}

function currentStartTicks(pid: number): string | undefined {
  try {
    const found = processDetails(pid);
    if (found !== undefined) return found.startTicks;
    // What is not there may be hidden, as it is somebody else's; what is there has ended and waits for its parent to hear of it.
    return startTicksOf(pid) === undefined && processExists(pid) ? undefined : "ended";
  } catch {
    return undefined;
  }
}

async function runProgram(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, {
    encoding: "utf8",
    env: { ...process.env, ...PS_ENV },
    timeout: ANSWER_MS,
    windowsHide: true,
  });
  return stdout;
}
