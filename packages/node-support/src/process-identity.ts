import { readFileSync, readlinkSync } from "node:fs";
import { canListProcesses, startTicksOf } from "./process-table.ts";

/** Where the numbers of processes mean the same: one boot of one machine, and in it one namespace of processes. */
export interface ProcessPlace {
  /** Tells machines apart; empty where the system has no such thing. */
  readonly machine: string;
  readonly boot: string;
  readonly namespace: string;
}

/** A process as it is told from another one of the same number. */
export interface ProcessIdentity extends ProcessPlace {
  /** When it started, in ticks since the boot. */
  readonly ticks: string;
}

const SYSTEM = "linux";
/** The namespace that the system starts with has this number on every Linux. */
const FIRST_NAMESPACE = "4026531836";

/** Read once: it cannot change while this process runs. */
let here: { readonly place: ProcessPlace | undefined } | undefined;

/** Where this process runs, or `undefined` where that cannot be told: on Linux only. */
export function thisPlace(): ProcessPlace | undefined {
  here ??= { place: canListProcesses() ? readPlace() : undefined };
  return here.place;
}

/**
 * A text that tells the process from every other one that has had or will have its number, here or elsewhere. `undefined` where
 * there is none, or none of this number.
 */
export function processStart(pid: number): string | undefined {
  const place = thisPlace();
  const ticks = place && startTicksOf(pid);
  if (ticks === undefined) return undefined;
  return [SYSTEM, place!.machine, place!.boot, place!.namespace, ticks].join("/");
}

/** What a process is noted with: {@link processStart}, or where there is none a text that proves nothing. */
export function notedStart(pid: number): string {
  try {
    return processStart(pid) ?? process.platform;
  } catch {
    return process.platform;
  }
}

/** What {@link processStart} has told, or `undefined` for any other text. */
export function readProcessStart(text: string | undefined): ProcessIdentity | undefined {
  const [system, machine, boot, namespace, ticks, ...more] = text?.split("/") ?? [];
  if (system !== SYSTEM || machine === undefined || !boot || !namespace || !ticks || more.length > 0) return undefined;
  return { machine, boot, namespace, ticks };
}

/** Whether numbers of processes of there are numbers of processes here. */
export function isSamePlace(there: ProcessPlace, place: ProcessPlace): boolean {
  return there.boot === place.boot && there.namespace === place.namespace;
}

/**
 * Whether all processes of there are gone because this machine has started anew. Containers made from one image may all have the
 * machine's name of that image, so it counts only outside of them.
 */
export function isEarlierBoot(there: ProcessPlace, place: ProcessPlace): boolean {
  const isOutside = there.namespace === FIRST_NAMESPACE && place.namespace === FIRST_NAMESPACE;
  return isOutside && there.machine !== "" && there.machine === place.machine && there.boot !== place.boot;
}

function readPlace(): ProcessPlace | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    const namespace = /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0];
    return boot === "" || namespace === undefined ? undefined : { machine: machineName(), boot, namespace };
  } catch {
    return undefined;
  }
}

/** A name made from the machine's id, which itself is not to be shown to others. */
function machineName(): string {
  try {
    const id = readFileSync("/etc/machine-id", "latin1").trim();
    if (!/^[0-9a-f]{32}$/.test(id)) return "";
    // Loading it takes some milliseconds, which a program without shell tasks and ledger does not pay.
    const { createHash } = process.getBuiltinModule("node:crypto");
    return createHash("sha256").update(`ttasks ${id}`).digest("hex").slice(0, 16);
  } catch {
    return "";
  }
}
