import { execFile, execFileSync } from "node:child_process";
import type { TreePlatform } from "@ttasks/node-support";

/**
 * A process and those that it has started, on Windows, as `taskkill /T` finds them: from parent to child, as long as the
 * first one lives.
 */
export class WindowsTree implements TreePlatform {
  readonly #pid: number;
  readonly #hasExited: () => boolean;

  /** `root` is the first process. */
  constructor(root: number, hasExited: () => boolean) {
    this.#pid = root;
    this.#hasExited = hasExited;
  }

  isAlive(): boolean {
    return !this.#hasExited();
  }

  signal(force: boolean): Promise<void> {
    // It fails where the process has ended or does not listen; whether it has ended is asked apart.
    return new Promise((resolve) => {
      execFile("taskkill", this.#arguments(force), { windowsHide: true }, () => {
        resolve();
      });
    });
  }

  killNow(): void {
    if (this.#hasExited()) return;
    try {
      execFileSync("taskkill", this.#arguments(true), { windowsHide: true, stdio: "ignore" });
    } catch {
      // It has ended in the meantime.
    }
  }

  #arguments(force: boolean): string[] {
    return ["/pid", String(this.#pid), "/T", ...(force ? ["/F"] : [])];
  }
}
