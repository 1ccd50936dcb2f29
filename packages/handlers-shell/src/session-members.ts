import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

/** A process that lives, and the process group that it is in. */
export interface Member {
  readonly pid: number;
  readonly group: number;
}

/** Reading more files of /proc at once would be felt by the event loop. */
const SLICE = 64;

/** Whether /proc is there and shows the processes under the numbers that we know them by. */
export function canListProcesses(): boolean {
  try {
    return process.platform === "linux" && readlinkSync("/proc/self") === String(process.pid);
  } catch {
    return false;
  }
}

/**
 * The living processes of a session. A process that has ended but was not yet taken note of by its parent (a zombie)
 * does not count: in a container there may be nobody to do so.
 */
export async function sessionMembers(session: number): Promise<Member[]> {
  const pids = listedPids();
  const found: Member[] = [];
  for (let start = 0; start < pids.length; start += SLICE) {
    if (start > 0) await setImmediate();
    found.push(...membersAmong(session, pids.slice(start, start + SLICE)));
  }
  return found;
}

/** The same at once, for a process that is about to go. */
export function sessionMembersNow(session: number): Member[] {
  return membersAmong(session, listedPids());
}

/**
 * The same for a session that was made a moment ago: its processes have higher numbers than its first one, unless the
 * numbers have begun again at the lowest since.
 */
export function youngSessionMembers(session: number): Member[] {
  const newest = Number(readFileSync("/proc/loadavg", "latin1").trim().split(" ").at(-1));
  const pids = listedPids();
  return membersAmong(session, newest < session ? pids : pids.filter((pid) => pid > session));
}

/** Whether a process that was in the session still lives in it. */
export function isMember(session: number, pid: number): boolean {
  return membersAmong(session, [pid]).length > 0;
}

function listedPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function membersAmong(session: number, pids: readonly number[]): Member[] {
  return pids.flatMap((pid) => {
    const stat = readStat(pid);
    return stat !== undefined && stat.session === session && stat.lives ? [{ pid, group: stat.group }] : [];
  });
}

function readStat(pid: number): { lives: boolean; group: number; session: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  // `pid (name) state parent group session …`, where the name may hold anything.
  const [state = "", , group, session] = text.slice(text.lastIndexOf(")") + 2).split(" ", 4);
  return { lives: !"ZXx".includes(state), group: Number(group), session: Number(session) };
}

/** Whether the process ended before or while its file was read. */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");
}
