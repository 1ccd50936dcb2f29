import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { marksIn } from "./attempt-mark.ts";
import { listedPids, processDetails, readProcessFile, type ProcessDetails } from "./process-table.ts";

/** Reading more files of /proc at once would be felt by the event loop. */
const SLICE = 32;
/** How long a process may take to become another program. */
const EXEC_MS = 5;

/** A process with the attempts that it belongs to, from the outermost to its own. */
export interface MarkedProcess extends ProcessDetails {
  readonly marks: readonly string[];
}

/** A session with those that live in it. */
export interface Session {
  readonly id: number;
  readonly members: readonly MarkedProcess[];
  /** The process that it was made for, as long as it lives. */
  readonly leader: MarkedProcess | undefined;
}

/** All processes at one moment. */
export class ProcessView {
  readonly #processes = new Map<number, MarkedProcess>();
  readonly #sessions = new Map<number, MarkedProcess[]>();

  constructor(processes: Iterable<MarkedProcess>) {
    for (const found of processes) {
      this.#processes.set(found.pid, found);
      const members = this.#sessions.get(found.session);
      if (members === undefined) this.#sessions.set(found.session, [found]);
      else members.push(found);
    }
  }

  /** A look at all processes of this system. */
  static async take(): Promise<ProcessView> {
    const pids = listedPids();
    const found: LookedAt[] = [];
    for (let start = 0; start < pids.length; start += SLICE) {
      if (start > 0) await setImmediate();
      found.push(...pids.slice(start, start + SLICE).flatMap(lookAt));
    }
    return new ProcessView(await again(found));
  }

  process(pid: number): MarkedProcess | undefined {
    return this.#processes.get(pid);
  }

  /** The session of this number, if anybody lives in it. */
  session(id: number): Session | undefined {
    const members = this.#sessions.get(id);
    return members && { id, members, leader: members.find(({ pid }) => pid === id) };
  }

  /** The sessions that somebody with such marks lives in. */
  sessionsWith(hasMarks: (marks: readonly string[]) => boolean): Session[] {
    return [...this.#sessions]
      .filter(([, members]) => members.some(({ marks }) => hasMarks(marks)))
      .map(([id]) => this.session(id)!);
  }

  /** The sessions of a process and of those that it comes from. */
  sessionsAbove(pid: number): Set<number> {
    const sessions = new Set<number>();
    const seen = new Set<number>();
    for (let found = this.process(pid); found && !seen.has(found.pid); found = this.process(found.parent)) {
      seen.add(found.pid);
      sessions.add(found.session);
    }
    return sessions;
  }
}

/** The session that was made first. */
export function oldestOf(sessions: readonly Session[]): Session | undefined {
  return sessions.reduce<Session | undefined>(
    (oldest, one) => (oldest && !isOlder(one, oldest) ? oldest : one),
    undefined,
  );
}

function isOlder(one: Session, other: Session): boolean {
  const [start, otherStart] = [one.leader?.startTicks, other.leader?.startTicks];
  // Without a leader its number tells, which is wrong only where the numbers have begun anew between the two.
  if (start === undefined || otherStart === undefined || start === otherStart) return one.id < other.id;
  return Number(start) < Number(otherStart);
}

/** A process that is just becoming another program has no environment for a moment. */
async function again(found: readonly LookedAt[]): Promise<readonly LookedAt[]> {
  const isBetween = ({ session, hasEnvironment }: LookedAt): boolean => session > 0 && !hasEnvironment;
  if (!found.some(isBetween)) return found;
  await sleep(EXEC_MS);
  return found.flatMap((one) => (isBetween(one) ? lookAt(one.pid) : [one]));
}

interface LookedAt extends MarkedProcess {
  readonly hasEnvironment: boolean;
}

function lookAt(pid: number): LookedAt[] {
  try {
    const found = processDetails(pid);
    if (found === undefined) return [];
    const environ = environOf(pid);
    return [{ ...found, hasEnvironment: environ !== "", marks: marksIn(environ ?? "") }];
  } catch {
    return [];
  }
}

/** `undefined` of a process that is not ours to look into. */
function environOf(pid: number): string | undefined {
  try {
    return readProcessFile(pid, "environ");
  } catch {
    return undefined;
  }
}
