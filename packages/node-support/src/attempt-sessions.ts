import { oldestOf, type MarkedProcess, type ProcessView, type Session } from "./marked-sessions.ts";
import { isSamePlace, readProcessStart, type ProcessIdentity, type ProcessPlace } from "./process-identity.ts";

/** The first process of an attempt, as it was noted. */
export interface NotedProcess {
  readonly pid: number;
  /** What tells it from another one of its number. */
  readonly start: string;
}

/** The number and the start of a process that was noted here. */
interface NotedHere {
  readonly pid: number;
  readonly ticks: string;
}

/** What is looked for. */
export interface SoughtAttempt {
  readonly mark: string;
  readonly noted: NotedProcess | undefined;
}

/** What a look has found. */
export interface FoundSessions {
  /** What provably belongs to the attempt, and is to end. */
  readonly sessions: readonly Session[];
  /** Whether something may belong to it that must not be ended: what runs this program, or what is not proven. */
  readonly doubtful: boolean;
}

/**
 * The sessions that an attempt runs in, told as the handlers do at its end: its own session, and not what has left it by `setsid`. Its own
 * one is known by its first process or, where that was not noted, as the oldest one that bears its mark. A program in it that runs tasks
 * itself ends their sessions when it ends; they are found by their marks where nobody is left to do so.
 */
export function sessionsOf({ mark, noted }: SoughtAttempt, view: ProcessView, place: ProcessPlace): FoundSessions {
  const here = notedHere(noted, place);
  const own =
    here === undefined ? oldestOf(view.sessionsWith((marks) => marks.at(-1) === mark)) : view.session(here.pid);
  const isProven = own !== undefined && (here === undefined || isOwn(own, here, mark));
  const nested = orphanedBelow(mark, view).filter(({ id }) => id !== own?.id);
  const found = [...(isProven ? [own] : []), ...nested];
  const above = view.sessionsAbove(process.pid);
  // 0 and 1 stand for the system itself; as the number of a group they would even mean every process.
  const sessions = found.filter(({ id }) => id > 1 && !above.has(id));
  const isTaken = here !== undefined && !isProven && (own !== undefined || view.process(here.pid) !== undefined);
  return { sessions, doubtful: sessions.length < found.length || isTaken };
}

function notedHere(noted: NotedProcess | undefined, place: ProcessPlace): NotedHere | undefined {
  const identity: ProcessIdentity | undefined = readProcessStart(noted?.start);
  return noted && identity && isSamePlace(identity, place) ? { pid: noted.pid, ticks: identity.ticks } : undefined;
}

/** A number is not given again while there is a session of that number: so either proves the whole of it. */
function isOwn({ leader, members }: Session, { ticks }: NotedHere, mark: string): boolean {
  return leader?.startTicks === ticks || members.some(({ marks }) => marks.includes(mark));
}

/** The own sessions of attempts that were started under this one, whose program is gone. */
function orphanedBelow(mark: string, view: ProcessView): Session[] {
  const byMarks = new Map<string, Session[]>();
  for (const session of view.sessionsWith((marks) => isBelow(marks, mark))) {
    for (const marks of new Set(session.members.filter((one) => isBelow(one.marks, mark)).map(marksText))) {
      byMarks.set(marks, [...(byMarks.get(marks) ?? []), session]);
    }
  }
  return [...byMarks.values()].flatMap((sessions) => {
    const own = oldestOf(sessions)!;
    const parent = own.leader && view.process(own.leader.parent);
    return parent?.marks.includes(mark) ? [] : [own];
  });
}

function isBelow(marks: readonly string[], mark: string): boolean {
  return marks.includes(mark) && marks.at(-1) !== mark;
}

function marksText({ marks }: MarkedProcess): string {
  return marks.join(":");
}
