import { setTimeout as sleep } from "node:timers/promises";

/** The means of one platform to see and signal all processes that a task has started. */
export interface TreePlatform {
  /** Whether any of them lives. Cheap where none does. */
  isAlive(): boolean | Promise<boolean>;
  /** Asks all of them to end, or (`force`) ends them. */
  signal(force: boolean): void | Promise<void>;
  /** Ends all of them before it returns. */
  killNow(): void;
}

/** How long the system may take to clear away killed processes. */
const KILL_WAIT_MS = 1_000;
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/** All processes that a task has started, ended as one. */
export class ProcessTree {
  readonly #platform: TreePlatform;
  readonly #graceMs: number;
  #ending: Promise<void> | undefined;

  constructor(platform: TreePlatform, graceMs: number) {
    this.#platform = platform;
    this.#graceMs = graceMs;
  }

  /** Asks what lives to end, kills what still lives after the grace time, and resolves when nothing lives any more. */
  end(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  /** Kills everything at once. */
  killNow(): void {
    this.#platform.killNow();
  }

  async #end(): Promise<void> {
    if (!(await this.#platform.isAlive())) return;
    await this.#platform.signal(false);
    if (await this.#isGoneWithin(this.#graceMs)) return;
    await this.#isGoneWithin(KILL_WAIT_MS, () => this.#platform.signal(true));
  }

  async #isGoneWithin(ms: number, insist?: () => void | Promise<void>): Promise<boolean> {
    const deadline = performance.now() + ms;
    for (let pause = FIRST_PAUSE_MS; await this.#platform.isAlive(); pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const left = deadline - performance.now();
      if (left <= 0) return false;
      // Again each time: a process may have been born between a look and the signal.
      await insist?.();
      await sleep(Math.min(pause, left));
    }
    return true;
  }
}
