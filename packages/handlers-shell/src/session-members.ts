import { setImmediate } from "node:timers/promises";
import { listedPids, processEntry, type ProcessEntry } from "@ttasks/node-support";

/** Reading more files of /proc at once would be felt by the event loop. */
const SLICE = 64;

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
