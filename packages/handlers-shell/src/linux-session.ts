import type { ProcessEntry, TreePlatform } from "@ttasks/node-support";
import { groupAnswers, signalGroup } from "./process-group.ts";
import { isMember, sessionMembers, sessionMembersNow } from "./session-members.ts";
import { YoungSession } from "./young-session.ts";

/**
 * The processes of a session of its own, on Linux. A session also holds the process groups that `timeout` or `set -m`
 * make; only `setsid` leaves it. Where /proc cannot be read (too many open files) its first group stands for all.
 */
export class LinuxSession implements TreePlatform {
  readonly #session: number;
  readonly #young: YoungSession;
  /** One that lived when it was last seen: as long as it does, the others need not be looked for. */
  #seen: number | undefined;

  /** `leader` is the process that the session was made for. */
  constructor(leader: number) {
    this.#session = leader;
    this.#young = new YoungSession(leader);
    this.#seen = leader;
  }

  async isAlive(): Promise<boolean> {
    try {
      if (this.#seen !== undefined && isMember(this.#session, this.#seen)) return true;
      const member = await this.#young.member();
      this.#seen = member === "unknown" ? await this.#look() : member === "none" ? undefined : member;
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
