import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What the system tells of a process that has not ended. */
export interface ProcessEntry {
  readonly pid: number;
  /** The process group. */
  readonly group: number;
  readonly session: number;
}

/** Whether /proc is there and shows the processes under the numbers that we know them by. */
export function canListProcesses(): boolean {
  try {
    return process.platform === "linux" && readlinkSync("/proc/self") === String(process.pid);
  } catch {
    return false;
  }
}

/** The numbers of all processes that can be seen. */
export function listedPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/**
 * A process, or `undefined` when there is none of this number. One that has ended but was not yet taken note of by its parent (a
 * zombie) does not count: in a container there may be nobody to do so.
 */
export function processEntry(pid: number): ProcessEntry | undefined {
  const text = readProcessFile(pid, "stat");
  if (text === undefined) return undefined;
  // `pid (name) state parent group session …`, where the name may hold anything.
  const [state = "", , group, session] = text.slice(text.lastIndexOf(")") + 2).split(" ", 4);
  return "ZXx".includes(state) ? undefined : { pid, group: Number(group), session: Number(session) };
}

/** One of the files that tell of a process, or `undefined` when it has ended. */
export function readProcessFile(pid: number, name: "stat" | "environ" | "cmdline"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whether the process ended before or while its file was read. */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");
}
