import { ProcessView, type MarkedProcess, type Session } from "./marked-sessions.ts";
import { processDetails } from "./process-table.ts";
import type { TreePlatform } from "./process-tree.ts";

/** The processes of sessions that another process of this system has started, on Linux. */
export class SessionTree implements TreePlatform {
  readonly #find: (view: ProcessView) => readonly Session[];
  /** One that lived when it was last seen: as long as it does, the others need not be looked for. */
  #seen: MarkedProcess | undefined;

  /** `find` tells which sessions are meant; it is asked again at each look. */
  constructor(find: (view: ProcessView) => readonly Session[]) {
    this.#find = find;
  }

  async isAlive(): Promise<boolean> {
    if (this.#seen !== undefined && isStill(this.#seen)) return true;
    // Twice: processes that start others and end may pass by a look.
    this.#seen = (await this.#members())[0] ?? (await this.#members())[0];
    return this.#seen !== undefined;
  }

  async signal(force: boolean): Promise<void> {
    const signalled = new Set<number>();
    for (const member of await this.#members()) {
      // Right before the signal: a group that has a member is no other group.
      if (signalled.has(member.group) || !isStill(member)) continue;
      signalled.add(member.group);
      send(member.group, force ? "SIGKILL" : "SIGTERM");
      // One that is stopped hears of it only when it goes on.
      if (!force) send(member.group, "SIGCONT");
    }
  }

  killNow(): void {
    // Nobody asks for it: what others have started need not end with this process.
  }

  async #members(): Promise<readonly MarkedProcess[]> {
    return this.#find(await ProcessView.take()).flatMap(({ members }) => members);
  }
}

function isStill({ pid, session, group, startTicks }: MarkedProcess): boolean {
  const now = processDetails(pid);
  return now?.startTicks === startTicks && now.session === session && now.group === group;
}

function send(group: number, signal: NodeJS.Signals): void {
  // As the number of a group, 0 would mean that of this process, and 1 every process.
  if (group <= 1) return;
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended, or is not ours to signal.
  }
}
