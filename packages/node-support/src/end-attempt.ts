import { setTimeout as sleep } from "node:timers/promises";
import { attemptMark, type AttemptName } from "./attempt-mark.ts";
import { sessionsOf, type FoundSessions, type NotedProcess } from "./attempt-sessions.ts";
import { thisHost, type Owner } from "./is-owner-alive.ts";
import { ProcessView, type Session } from "./marked-sessions.ts";
import { isEarlierBoot, isSamePlace, readProcessStart, thisPlace, type ProcessPlace } from "./process-identity.ts";
import { processExists } from "./process-exists.ts";
import { ProcessTree } from "./process-tree.ts";
import { SessionTree } from "./session-tree.ts";

/** What became of the processes of an attempt. */
export type EndedAs = "none" | "ended" | "gone" | "unknown";

/** An attempt whose executor is gone. */
export interface LeftAttempt extends AttemptName {
  /** Its first process, where it was noted. */
  readonly process?: NotedProcess | undefined;
  /** Where its executor was. */
  readonly owner?: Owner | undefined;
}

/** As long as the shell handlers give by default. */
const GRACE_MS = 5_000;
/** How long a process that has just been made may take to show what it is. */
const BIRTH_MS = 50;

/** Ends what interrupted attempts have left on this system. */
export class LeftAttempts {
  readonly #graceMs: number;
  /** Looks at all processes, by the executor after whose end they were taken. */
  readonly #views = new Map<string, Promise<readonly ProcessView[]>>();

  /** `graceMs` is how long what is told to end may take before it is killed. */
  constructor(graceMs = GRACE_MS) {
    this.#graceMs = graceMs;
  }

  /** Ends what provably belongs to the attempt, and resolves when it is gone; its executor must be gone before. */
  async end(attempt: LeftAttempt): Promise<EndedAs> {
    const place = thisPlace();
    if (place === undefined) return fateOfNothing(attempt, place);
    const sought = { mark: attemptMark(attempt), noted: attempt.process };
    const find = (view: ProcessView): FoundSessions => sessionsOf(sought, view, place);
    const looks = (await this.#viewsAfter(attempt.executorId)).map(find);
    const isFound = looks.some(({ sessions }) => sessions.length > 0);
    if (isFound) await this.#endSessions((view) => find(view).sessions);
    else if (!looks.some(({ doubtful }) => doubtful)) return fateOfNothing(attempt, place);
    const { sessions, doubtful } = find(await ProcessView.take());
    if (doubtful || sessions.length > 0) return "unknown";
    return isFound ? "ended" : fateOfNothing(attempt, place);
  }

  #endSessions(find: (view: ProcessView) => readonly Session[]): Promise<void> {
    return new ProcessTree(new SessionTree(find), this.#graceMs).end();
  }

  /**
   * One look serves all attempts of an executor: once it is gone, only its processes can make others of the same mark. It is two, as
   * processes that start others and end may pass by one.
   */
  #viewsAfter(executorId: string): Promise<readonly ProcessView[]> {
    let views = this.#views.get(executorId);
    if (views === undefined) {
      views = sleep(BIRTH_MS).then(async () => [await ProcessView.take(), await ProcessView.take()]);
      this.#views.set(executorId, views);
    }
    return views;
  }
}

/** What is told of an attempt that nothing was found of. */
function fateOfNothing({ process, owner }: LeftAttempt, place: ProcessPlace | undefined): EndedAs {
  if (process === undefined) return "none";
  const there = readProcessStart(process.start);
  if (there === undefined) return wasHere(owner, place) && !isNumberTaken(process.pid) ? "gone" : "unknown";
  return place !== undefined && (isSamePlace(there, place) || isEarlierBoot(there, place)) ? "gone" : "unknown";
}

/** Whether numbers of processes that an owner has told are numbers of processes here. */
function wasHere(owner: Owner | undefined, place: ProcessPlace | undefined): boolean {
  if (owner?.host !== thisHost()) return false;
  if (process.platform !== "linux") return true;
  const there = readProcessStart(owner.processStart);
  return there !== undefined && place !== undefined && isSamePlace(there, place);
}

function isNumberTaken(pid: number): boolean {
  return processExists(pid) || (process.platform !== "win32" && processExists(-pid));
}
