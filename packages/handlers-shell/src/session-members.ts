import { setImmediate } from "node:timers/promises";
import { listedPids, newestPid, processEntry, type ProcessEntry } from "@ttasks/node-support";

/** Reading more files of /proc at once would be felt by the event loop. */
const SLICE = 64;
/** As many numbers cost as much to try as to look at all processes. */
const MOST_TRIED = 256;

/** The living processes of a session. */
export async function sessionMembers(session: number): Promise<ProcessEntry[]> {
  const pids = listedPids();
  const found: ProcessEntry[] = [];
  for (let start = 0; start < pids.length; start += SLICE) {
    if (start > 0) await setImmediate();
    found.push(...membersAmong(session, pids.slice(start, start + SLICE)));
  }
  return found;
}

/** The same at once, for a process that is about to go. */
export function sessionMembersNow(session: number): ProcessEntry[] {
  return membersAmong(session, listedPids());
}

/**
 * A living process of a session that was made a moment ago and whose first process has ended, or "none", or "unknown"
 * where too many processes were started since. It tries the numbers that the system has given since, in their order, until
 * there is no newer one: a process has a higher number than the one that it was started by, so whatever is born behind the
 * look has a parent ahead of it.
 */
export function youngSessionMember(session: number): number | "none" | "unknown" {
  for (let pid = session + 1; ;) {
    const newest = newestPid();
    // Lower: the numbers have begun again.
    if (newest === undefined || newest < session || newest > session + MOST_TRIED) return "unknown";
    if (pid > newest) return "none";
    for (; pid <= newest; pid++) if (isMember(session, pid)) return pid;
  }
}

/** Whether a process that was in the session still lives in it. */
export function isMember(session: number, pid: number): boolean {
  return membersAmong(session, [pid]).length > 0;
}

function membersAmong(session: number, pids: readonly number[]): ProcessEntry[] {
  return pids.flatMap((pid) => {
    const found = processEntry(pid);
    return found?.session === session ? [found] : [];
  });
}
