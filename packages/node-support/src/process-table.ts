import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from "node:fs";

/** As much of a file as the beginning takes that is asked for here. */
const START_BYTES = 512;
const start = Buffer.allocUnsafeSlow(START_BYTES);

/** What the system tells of a process that has not ended. */
export interface ProcessEntry {
  readonly pid: number;
  /** The process group. */
  readonly group: number;
  readonly session: number;
}

let canList: boolean | undefined;

/** Whether /proc is there and shows the processes under the numbers that we know them by. */
export function canListProcesses(): boolean {
  return (canList ??= process.platform === "linux" && isOwnTable());
}

function isOwnTable(): boolean {
  try {
    return readlinkSync("/proc/self") === String(process.pid);
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
  const path = `/proc/${pid}/stat`;
  // Asking first costs a fraction of the error.
  const text = existsSync(path) ? unlessGone(() => readStart(path)) : undefined;
  if (text === undefined) return undefined;
  // `pid (name) state parent group session …`, where the name may hold anything.
  const [state = "", , group, session] = text.slice(text.lastIndexOf(")") + 2).split(" ", 4);
  return "ZXx".includes(state) ? undefined : { pid, group: Number(group), session: Number(session) };
}

/** The number that the system gave to a process or thread last, or `undefined` where it does not tell. */
export function newestPid(): number | undefined {
  const text = unlessGone(() => readStart("/proc/sys/kernel/ns_last_pid"));
  return text === undefined ? undefined : Number(text);
}

/** One of the files that tell of a process, or `undefined` when it has ended. */
export function readProcessFile(pid: number, name: "stat" | "environ" | "cmdline"): string | undefined {
  return unlessGone(() => readFileSync(`/proc/${pid}/${name}`, "latin1"));
}

/** The beginning of a small file; `readFileSync` takes 64 KiB of memory for each file of /proc. */
function readStart(path: string): string {
  const file = openSync(path, "r");
  try {
    return start.toString("latin1", 0, readSync(file, start, 0, START_BYTES, null));
  } finally {
    closeSync(file);
  }
}

/** What is read of a process, or `undefined` when it ended before or meanwhile. */
function unlessGone(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return undefined;
    throw error;
  }
}
