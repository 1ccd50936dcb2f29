import { setImmediate } from "node:timers/promises";
import { newestPid } from "@ttasks/node-support";
import { isMember } from "./session-members.ts";

/** Within such a time the numbers of processes do not come round. */
const YOUNG_MS = 1_000;
/** So many numbers take some 10 ms to try, ten times as long as a look at all processes. */
const MOST_TRIED = 4_096;
/** Trying more of them at once would be felt by the event loop. */
const SLICE = 256;

/** The sessions made in the last moment, in their order, by their first process. */
const made = new Map<number, YoungSession>();

/** A session of its own in its first moment, when few processes can be in it. */
export class YoungSession {
  readonly #leader: number;
  readonly bornAt = performance.now();

  /** `leader` is the process that the session was just made for. */
  constructor(leader: number) {
    this.#leader = leader;
    forgetBefore(this.bornAt - YOUNG_MS);
    // Again at the end, should the number have come round.
    made.delete(leader);
    made.set(leader, this);
  }

  /**
   * A process that lives in it after the first one has ended, or "none", or "unknown" where it is no longer young or too
   * much was started since. It tries the numbers that the system has given since, in their order, until there is no newer
   * one: a process has a higher number than the one that it was started by, so whatever is born behind the look has a
   * parent ahead of it.
   */
  async member(): Promise<number | "none" | "unknown"> {
    for (let pid = this.#leader + 1; ;) {
      const newest = this.#isYoung() ? newestPid() : undefined;
      // Lower: the numbers have begun again.
      if (newest === undefined || newest < this.#leader || newest > this.#leader + MOST_TRIED) return "unknown";
      if (pid > newest) return "none";
      for (; pid <= newest; pid++) {
        if (!this.#isElsewhere(pid) && isMember(this.#leader, pid)) return pid;
        if ((pid - this.#leader) % SLICE === 0) await setImmediate();
      }
    }
  }

  #isYoung(): boolean {
    return performance.now() - this.bornAt < YOUNG_MS;
  }

  /** Whether a younger session was made for it. */
  #isElsewhere(pid: number): boolean {
    const other = made.get(pid);
    return other !== undefined && other.bornAt >= this.bornAt;
  }
}

function forgetBefore(time: number): void {
  for (const [leader, session] of made) {
    if (session.bornAt >= time) return;
    made.delete(leader);
  }
}
