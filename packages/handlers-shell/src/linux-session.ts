import type { ProcessEntry, TreePlatform } from "@ttasks/node-support";
import { groupAnswers, signalGroup } from "./process-group.ts";
import { isMember, sessionMembers, sessionMembersNow, youngSessionMember } from "./session-members.ts";

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
      const young = performance.now() - this.#bornAt < YOUNG_MS ? youngSessionMember(this.#session) : "unknown";
      this.#seen = young === "unknown" ? await this.#look() : young === "none" ? undefined : young;
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

  async #look(): Promise<number | undefined> {
    const [first] = await sessionMembers(this.#session);
    if (first !== undefined || !groupAnswers(this.#session)) return first?.pid;
    // Processes that start others and end may pass by a look. What answers may also be one that has ended.
    return (await sessionMembers(this.#session))[0]?.pid;
  }
}
