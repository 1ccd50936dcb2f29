import type { TreePlatform } from "@ttasks/node-support";

/** The processes of a process group of its own, on systems that have no /proc. */
export class ProcessGroup implements TreePlatform {
  readonly #group: number;

  /** `leader` is the process that the group was made for. */
  constructor(leader: number) {
    this.#group = leader;
  }

  isAlive(): boolean {
    return groupAnswers(this.#group);
  }

  signal(force: boolean): void {
    signalGroup(this.#group, force);
  }

  killNow(): void {
    signalGroup(this.#group, true);
  }
}

/** Whether there is a process in the group; processes that have ended may count until their parent took note of it. */
export function groupAnswers(group: number): boolean {
  return send(group, 0);
}

/** Asks every process of the group to end, or (`force`) ends it. */
export function signalGroup(group: number, force: boolean): void {
  if (force) {
    send(group, "SIGKILL");
    return;
  }
  send(group, "SIGTERM");
  // A process that is stopped hears of it only when it goes on.
  send(group, "SIGCONT");
}

/** Whether there was somebody to send it to. */
function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    // EPERM: there are processes, but none that we may signal.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
