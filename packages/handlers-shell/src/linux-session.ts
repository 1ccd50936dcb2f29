import type { ProcessEntry, TreePlatform } from "@ttasks/node-support";
import { groupAnswers, signalGroup } from "./process-group.ts";
import { isMember, sessionMembers, sessionMembersNow, youngSessionMembers } from "./session-members.ts";

/** Within such a time the numbers of processes do not come round. */
const YOUNG_MS = 1_000;

/**
 * The processes of a session of its own, on Linux. A session also holds the process groups that `timeout` or `set -m`
 * make; only `setsid` leaves it. Where /proc cannot be read (too many open files) its first group stands for all.
 */
export class LinuxSession implements TreePlatform {
  readonly #session: number;
  readonly #bornAt = performance.now();
  /** One that lived when it was last seen: as long as it does, the others need not be looked for. */
  #seen: number | undefined;

  /** `leader` is the process that the session was made for. */
  constructor(leader: number) {
    this.#session = leader;
    this.#seen = leader;
  }

  async isAlive(): Promise<boolean> {
    try {
      if (this.#seen !== undefined && isMember(this.#session, this.#seen)) return true;
      this.#seen = (await this.#look())[0]?.pid;
      // Processes that start others and end may pass by a look. What answers may also be one that has ended.
      if (this.#seen === undefined && groupAnswers(this.#session)) this.#seen = (await this.#look())[0]?.pid;
      return this.#seen !== undefined;
    } catch {
      return groupAnswers(this.#session);
    }
  }

  async signal(force: boolean): Promise<void> {
    const members = await sessionMembers(this.#session).catch(() => []);
    this.#signalGroups(members, force);
  }

  killNow(): void {
    // The group needs no look at /proc, which may fail.
    signalGroup(this.#session, true);
    try {
      this.#signalGroups(sessionMembersNow(this.#session), true);
    } catch {
      // Nothing else can be found.
    }
  }

  #signalGroups(members: readonly ProcessEntry[], force: boolean): void {
    for (const group of new Set([this.#session, ...members.map((member) => member.group)])) signalGroup(group, force);
  }

  async #look(): Promise<readonly ProcessEntry[]> {
    const young = performance.now() - this.#bornAt < YOUNG_MS;
    return young ? youngSessionMembers(this.#session) : sessionMembers(this.#session);
  }
}
