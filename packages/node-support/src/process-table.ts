import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from "node:fs";

/** As much of a file as the beginning takes that is asked for here. */
const START_BYTES = 512;
/** Where the time of the start stands among the fields from the state on. */
const START_FIELD = 19;
const start = Buffer.allocUnsafeSlow(START_BYTES);

/** What the system tells of a process that has not ended. */
export interface ProcessEntry {
  readonly pid: number;
  /** The process group. */
  readonly group: number;
  readonly session: number;
}

/** A process with what tells it from others that get its number. */
export interface ProcessDetails extends ProcessEntry {
  /** The process that started it, or the one that took it over. */
  readonly parent: number;
  /** When it started, in ticks since the system did. */
  readonly startTicks: string;
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
  const [state = "X", , group, session] = statFields(pid, 4);
  return hasEnded(state) ? undefined : { pid, group: Number(group), session: Number(session) };
}

/** The same with its parent and its start. */
export function processDetails(pid: number): ProcessDetails | undefined {
  const [state = "X", parent, group, session, ...more] = statFields(pid, START_FIELD + 1);
  const startTicks = more[START_FIELD - 4];
  if (hasEnded(state) || startTicks === undefined) return undefined;
  return { pid, group: Number(group), session: Number(session), parent: Number(parent), startTicks };
}

/** When the process started, also of one that has ended and was not yet taken note of. */
export function startTicksOf(pid: number): string | undefined {
  return statFields(pid, START_FIELD + 1)[START_FIELD];
}

function hasEnded(state: string): boolean {
  return "ZXx".includes(state);
}

/** The first fields of a process's `pid (name) state parent group session …` from its state on; none where there is no process. */
function statFields(pid: number, count: number): string[] {
  const path = `/proc/${pid}/stat`;
  // Asking first costs a fraction of the error.
  const text = existsSync(path) ? unlessGone(() => readStart(path)) : undefined;
  // The name may hold anything.
  return text === undefined ? [] : text.slice(text.lastIndexOf(")") + 2).split(" ", count);
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
